"""The signed-in user, and all that is stored of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime

from asyncpg import Record
from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from functions.gateway.access import Address, count
from functions.gateway.access import User as Who
from functions.gateway.errors import TooMany, Unauthenticated
from functions.gateway.models.account import Erasure
from functions.gateway.models.auth import Export, User, View, Viewer, ViewPage
from functions.gateway.models.base import problems
from functions.gateway.paging import LIMIT, Cursor, Limit
from functions.gateway.queries import classes, personal_data, users
from functions.gateway.routes.account import require_fresh
from functions.gateway.routes.auth import shown
from functions.gateway.state import Gateway, Gw

EXPORT_S = 120.0

router = APIRouter(prefix="/me", tags=["me"], responses=problems(401, 429, 503))


@router.get("", summary="The signed-in user")
async def me(who: Who, gw: Gw) -> User:
    """Show the signed-in user."""
    return await myself(gw, who)


@router.get(
    "/export",
    summary="Everything that is stored of the user",
    response_class=StreamingResponse,
    responses={200: {"model": Export, "description": "All rows, by table."}},
)
async def export(who: Who, gw: Gw) -> StreamingResponse:
    """Give everything that is stored of the user, by table; secrets such as hashes are left out.

    It is sent row by row. Six an hour are allowed, and one at a time in each process.
    """
    user = await myself(gw, who)
    async with gw.read() as db:
        await count(db, gw, [(f"export:{who.user_id}", gw.settings.rates.export)])
    if gw.exporting.locked():
        raise TooMany("somebody's export is being made; please wait a moment", retry_after_s=5)
    return StreamingResponse(exported(gw, user), media_type="application/json")


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


@router.delete(
    "", status_code=204, response_class=Response, summary="Erase the user", responses=problems(400, 403, 422)
)
async def erase(who: Who, gw: Gw, address: Address, by: Erasure | None = None) -> None:
    """Erase everything of the user, at once and for good; all tokens stop working.

    It takes the password, unless the user signed in within the last ten minutes; else it is a 403 naming it.
    """
    await require_fresh(gw, who, by.password if by else None, address)
    async with gw.read() as db:
        await personal_data.erase(db, who.user_id)


async def exported(gw: Gateway, user: User) -> AsyncIterator[bytes]:
    """Write an Export piece by piece; a reader who is too slow is cut off after two minutes."""
    head = {"exported_at": gw.now.isoformat(), "user": user.model_dump(mode="json")}
    async with gw.exporting, asyncio.timeout(EXPORT_S), gw.read() as db:
        yield json.dumps(head).encode()[:-1] + b', "data": {'
        within = None
        async for table, row in personal_data.export(db, user.id):
            if table != within:
                yield (b"" if within is None else b"], ") + json.dumps(table).encode() + b": ["
            else:
                yield b", "
            within = table
            yield row.encode()
        yield (b"" if within is None else b"]") + b"}}"


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
