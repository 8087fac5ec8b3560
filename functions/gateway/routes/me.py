"""The signed-in user, and all that is stored of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from functions.gateway.access import User as Who
from functions.gateway.errors import Unauthenticated
from functions.gateway.models.auth import Export, User
from functions.gateway.models.base import problems
from functions.gateway.queries import personal, users
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
        data = await personal.export(db, who.user_id)
    return Export(exported_at=gw.now, user=user, data=data)


@router.delete("", status_code=204, response_class=Response, summary="Erase the user")
async def erase(who: Who, gw: Gw) -> None:
    """Erase everything of the user, at once and for good; all tokens stop working."""
    async with gw.read() as db:
        await personal.erase(db, who.user_id)


async def myself(gw: Gateway, who: Who) -> User:
    """Read the signed-in user."""
    async with gw.read() as db:
        user = await users.by_id(db, who.user_id)
    if user is None:
        raise Unauthenticated("the account was erased")
    return shown(user)
