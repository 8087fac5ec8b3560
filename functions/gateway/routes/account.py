"""An account after sign-up: name and zone, password, sessions, and the reset by a teacher."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from functions.gateway import tokens
from functions.gateway.access import Address, Identity, Teacher, count_code, count_sign_in, refund
from functions.gateway.access import User as Who
from functions.gateway.errors import Forbidden, NotFound, Unauthenticated
from functions.gateway.models.account import (
    PasswordChange,
    PasswordChanged,
    PasswordReset,
    ResetCode,
    Session,
    Sessions,
    UserChange,
)
from functions.gateway.models.auth import User
from functions.gateway.models.base import problems
from functions.gateway.queries import accounts, classes, users
from functions.gateway.routes.auth import shown
from functions.gateway.state import Gateway, Gw

CODE_LIFE = timedelta(hours=1)
FRESH = timedelta(minutes=10)

router = APIRouter(prefix="/me", tags=["me"], responses=problems(401, 429, 503))
resets = APIRouter(tags=["sign-in"], responses=problems(422, 429, 503))


@router.patch("", summary="Change name or time zone", responses=problems(400, 422))
async def change(wanted: UserChange, who: Who, gw: Gw) -> User:
    """Change the display name, the time zone, or both."""
    async with gw.read() as db:
        user = await accounts.update(db, who.user_id, wanted.display_name, wanted.time_zone)
    if user is None:
        raise Unauthenticated("the account was erased")
    return shown(user)


@router.post("/password", summary="Change the password", responses=problems(400, 403, 422))
async def change_password(wanted: PasswordChange, who: Who, gw: Gw, address: Address) -> PasswordChanged:
    """Change the password; a wrong old one is a 403 naming `old`. All other sessions end."""
    await require_password(gw, who, wanted.old, "old", address)
    made = await gw.passwords.hash(wanted.new)
    async with gw.read() as db, db.transaction():
        await users.rehash(db, who.user_id, made)
        await accounts.end_others(db, who.user_id, who.session_id, gw.now, "password")
    return PasswordChanged()


@router.get("/sessions", summary="Where the user is signed in")
async def sessions(who: Who, gw: Gw) -> Sessions:
    """List the sign-ins that go on, the latest first, 100 at most."""
    async with gw.read() as db:
        rows = await accounts.sessions(db, who.user_id, gw.now)
    return Sessions(
        items=[
            Session(
                session_id=row["session_id"],
                began_at=row["created_at"],
                used_at=row["used_at"],
                expires_at=row["expires_at"],
                current=row["session_id"] == who.session_id,
            )
            for row in rows
        ]
    )


@router.delete("/sessions", status_code=204, response_class=Response, summary="Sign out everywhere else")
async def end_sessions(who: Who, gw: Gw) -> None:
    """End all sessions of the user but the one that asks; their tokens stop working at once."""
    async with gw.read() as db:
        await accounts.end_others(db, who.user_id, who.session_id, gw.now, "user")


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    response_class=Response,
    summary="End one session",
    responses=problems(404, 422),
)
async def end_session(session_id: UUID, who: Who, gw: Gw) -> None:
    """End one session of the user; its tokens stop working at once."""
    async with gw.read() as db:
        if not await accounts.end_one(db, who.user_id, session_id, gw.now):
            raise NotFound("there is no such session")


@resets.post(
    "/students/{student_id}/password-reset",
    status_code=201,
    summary="Let a student choose a new password",
    responses=problems(401, 403, 404),
)
async def make_code(student_id: UUID, who: Teacher, gw: Gw) -> ResetCode:
    """Make a one-time code for a student of one's own. It holds for an hour; codes from before it do not."""
    code, expires_at = secrets.token_urlsafe(12), gw.now + CODE_LIFE
    async with gw.read() as db, db.transaction():
        await classes.require_teacher_of(db, who.user_id, student_id)
        await accounts.keep_code(db, tokens.digest(code), student_id, who.user_id, expires_at)
    return ResetCode(code=code, expires_at=expires_at)


@resets.post("/auth/password-reset", summary="Choose a new password", responses=problems(400, 401, 413))
async def reset_password(wanted: PasswordReset, gw: Gw, address: Address) -> PasswordChanged:
    """Set a new password by the code that a teacher made. All sessions end; then sign in."""
    async with gw.read() as db:
        await count_code(db, gw, address)
    made = await gw.passwords.hash(wanted.password)
    async with gw.read() as db, db.transaction():
        user_id = await accounts.use_code(db, tokens.digest(wanted.code), gw.now)
        if user_id is None:
            raise Unauthenticated("the code is invalid or has expired", field="code")
        await users.rehash(db, user_id, made)
        await accounts.end_others(db, user_id, None, gw.now, "reset")
    return PasswordChanged()


async def require_password(gw: Gateway, who: Identity, password: str, field: str, address: str) -> None:
    """Raise Forbidden naming the field unless the password is right; tries are counted as sign-ins are."""
    async with gw.read() as db:
        user = await users.by_id(db, who.user_id)
        if user is None:
            raise Unauthenticated("the account was erased")
        await count_sign_in(db, gw, user["email"], address)
        known = await accounts.password_hash(db, who.user_id)
    if not await gw.passwords.check(known, password):
        raise Forbidden("is not your password", field=field)
    async with gw.read() as db:
        await refund(db, gw, user["email"], address)


async def require_fresh(gw: Gateway, who: Identity, password: str | None, address: str) -> None:
    """Raise Forbidden unless the password is right, or the sign-in is of the last ten minutes."""
    if password is not None:
        await require_password(gw, who, password, "password", address)
        return
    async with gw.read() as db:
        began = await accounts.began(db, who.session_id)
    if began is None or gw.now - began > FRESH:
        raise Forbidden("send the password, or sign in again first", field="password")
