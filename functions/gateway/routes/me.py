"""The signed-in user, and all that is stored of them."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Record
from fastapi import APIRouter
from starlette.responses import Response

from functions.gateway.access import User as Who
from functions.gateway.errors import Unauthenticated
from functions.gateway.models.auth import Export, User, View, Viewer, ViewPage
from functions.gateway.models.base import problems
from functions.gateway.paging import LIMIT, Cursor, Limit
from functions.gateway.queries import classes, personal_data, users
from functions.gateway.routes.auth import shown
from functions.gateway.state import Gateway, Gw

router = APIRouter(prefix="/me", tags=["me"], responses=problems(401, 429, 503))


@router.get("", summary="The signed-in user")
async def me(who: Who, gw: Gw) -> User:
    """Show the signed-in user."""
    return await myself(gw, who)


@router.get("/export", summary="Everything that is stored of the user")
async def export(who: Who, gw: Gw) -> Export:
    """Give everything that is stored of the user, by table; secrets such as hashes are left out."""
    user = await myself(gw, who)
    async with gw.read() as db:
        data = await personal_data.export(db, who.user_id)
    return Export(exported_at=gw.now, user=user, data=data)


@router.get("/views", summary="Who looked at the user", responses=problems(422))
async def views(who: Who, gw: Gw, limit: Limit = LIMIT, cursor: Cursor = None) -> ViewPage:
    """List which teachers looked at what is stored of the user, and when, the latest first."""
    listing = f"views/{who.user_id}"
    key = gw.cursors.read_key(listing, cursor)
    before = (datetime.fromisoformat(key[0]), int(key[1])) if key else None
    async with gw.read() as db:
        rows = await classes.views(db, who.user_id, before, limit)
    last = rows[limit - 1] if len(rows) > limit else None
    further = gw.cursors.write_key(listing, [last["viewed_at"], last["view_id"]]) if last else None
    return ViewPage(items=[view(row) for row in rows[:limit]], next_cursor=further)


@router.delete("", status_code=204, response_class=Response, summary="Erase the user")
async def erase(who: Who, gw: Gw) -> None:
    """Erase everything of the user, at once and for good; all tokens stop working."""
    async with gw.read() as db:
        await personal_data.erase(db, who.user_id)


async def myself(gw: Gateway, who: Who) -> User:
    """Read the signed-in user."""
    async with gw.read() as db:
        user = await users.by_id(db, who.user_id)
    if user is None:
        raise Unauthenticated("the account was erased")
    return shown(user)


def view(row: Record) -> View:
    """Show one look."""
    viewer = Viewer(id=row["viewer_id"], display_name=row["display_name"])
    return View(viewer=viewer, what=row["what"], viewed_at=row["viewed_at"], request_id=row["request_id"])
