"""Sign up, sign in, stay signed in, sign out."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import APIRouter

from functions.gateway import tokens
from functions.gateway.access import (
    Address,
    Bearer,
    count_registration,
    count_sign_in,
    network,
    refund,
    refund_invite,
)
from functions.gateway.errors import Forbidden, Unauthenticated
from functions.gateway.models.auth import Credentials, Refresh, Registration, SignedInUser, SignedOut, User
from functions.gateway.models.base import problems
from functions.gateway.queries import rosters, users
from functions.gateway.state import Gateway, Gw
from functions.runtime.database import Connection

router = APIRouter(prefix="/auth", tags=["sign-in"], responses=problems(400, 413, 422, 429, 503))


@router.post(
    "/register", status_code=201, summary="Create an account and sign in", responses=problems(403, 409)
)
async def register(new: Registration, gw: Gw, address: Address) -> SignedInUser:
    """Create an account. A teacher needs the invite; a missing or wrong one is a 403 naming `invite`."""
    async with gw.read() as db:
        await count_registration(db, gw, address, invite=new.role == "teacher")
    if new.role == "teacher" and not invited(gw.settings.invite, new.invite or ""):
        raise Forbidden("the invite code is missing or wrong", field="invite")
    password_hash = await gw.passwords.hash(new.password)
    user_id = uuid4()
    async with gw.read() as db, db.transaction():
        await users.insert(db, user_id, new.email, new.display_name, new.role, new.time_zone, password_hash)
        if new.role == "student":
            await rosters.come(db, user_id, new.email)
        if new.role == "teacher":
            await refund_invite(db, gw, address)
        return await signed_in(db, gw, await users.by_id(db, user_id), address)


@router.post("/login", summary="Sign in", responses=problems(401))
async def login(credentials: Credentials, gw: Gw, address: Address) -> SignedInUser:
    """Sign in. A wrong password and an unknown e-mail address are not told apart, in text or in time."""
    email = credentials.email.strip()
    async with gw.read() as db:
        await count_sign_in(db, gw, email, address)
        user = await users.by_email(db, email)
    right = await gw.passwords.check(user["password_hash"] if user else None, credentials.password)
    if user is None or not right:
        raise Unauthenticated("e-mail address or password is wrong")
    renewed = None
    if gw.passwords.outdated(user["password_hash"]):
        renewed = await gw.passwords.hash(credentials.password)
    async with gw.read() as db, db.transaction():
        if renewed is not None:
            await users.rehash(db, user["user_id"], renewed)
        await refund(db, gw, email, address)
        return await signed_in(db, gw, user, address)


@router.post("/refresh", summary="Trade a refresh token for new tokens", responses=problems(401))
async def refresh(old: Refresh, gw: Gw) -> SignedInUser:
    """Give new tokens. Each refresh token works once; one that comes a second time ends the session."""
    used, new, now = tokens.digest(old.refresh_token), tokens.new_refresh_token(), gw.now
    async with gw.read() as db:
        async with db.transaction():
            user = await users.rotate(db, used, tokens.digest(new), now)
        if user is None:
            reused = await users.end_if_reused(db, used, now)
            why = "was used before: the session has ended" if reused else "is invalid or has expired"
            raise Unauthenticated(f"the refresh token {why}", field="refresh_token")
    return answer(gw, user, new)


@router.post("/logout", summary="End the session", responses=problems(401))
async def logout(gw: Gw, token: Bearer, old: Refresh | None = None) -> SignedOut:
    """End the session of the refresh token, or else of the access token; both kinds stop working at once."""
    if old is None and token is None:
        raise Unauthenticated("send the refresh token, or the access token as `Authorization: Bearer ...`")
    claims = None if token is None or old is not None else await gw.tokens.check(token.credentials)
    async with gw.read() as db:
        session_id = (
            claims.session_id if claims else await users.session_of(db, tokens.digest(old.refresh_token))  # type: ignore[union-attr]
        )
        if not await users.end(db, session_id, gw.now, "logout"):
            raise Unauthenticated("the session has ended already")
    return SignedOut()


def invited(configured: str, given: str) -> bool:
    """Compare the invite in constant time; without a configured one nobody is invited."""
    return bool(configured) and hmac.compare_digest(configured.encode(), given.encode())


async def signed_in(db: Connection, gw: Gateway, user: Any, address: str) -> SignedInUser:
    """Begin a session in the caller's transaction, and answer with its tokens."""
    session_id, new = uuid4(), tokens.new_refresh_token()
    expires_at = gw.now + timedelta(days=gw.settings.refresh_days)
    await users.open_session(
        db, session_id, user["user_id"], expires_at, tokens.digest(new), network(address)
    )
    return answer(gw, {**user, "session_id": session_id}, new)


def answer(gw: Gateway, user: Any, refresh_token: str) -> SignedInUser:
    """Answer with tokens."""
    access = gw.tokens.access(user["user_id"], user["session_id"], user["role"], gw.now)
    return SignedInUser(
        user=shown(user),
        access_token=access,
        refresh_token=refresh_token,
        expires_in=gw.settings.keys.access_s,
    )


def shown(user: Any) -> User:
    """Show a user."""
    fields = ("email", "display_name", "role", "time_zone", "created_at")
    return User(id=user["user_id"], **{name: user[name] for name in fields})
