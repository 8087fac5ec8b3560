"""Who is asking, whether they may, and how often."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from functions.gateway.addresses import UNKNOWN, client_by_count, client_of
from functions.gateway.errors import Forbidden, TooMany, Unauthenticated
from functions.gateway.queries import accounts, limits, users
from functions.gateway.settings import Rate, Rates
from functions.gateway.state import Gateway, Gw
from functions.gateway.tokens import Claims
from functions.runtime.database import Connection

Role = Literal["student", "teacher"]
Bucket = Literal["general", "chat", "executions", "work"]

BODIES = "bodies"
WAIT = "please wait {seconds} s"
ALL_SENT = "this account has sent as much as one may send in a day; this goes through in {seconds} s"

bearer = HTTPBearer(auto_error=False, description="The access token of POST /auth/login.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


@dataclass(frozen=True, slots=True)
class Identity:
    """The signed-in user."""

    user_id: UUID
    role: Role
    session_id: UUID
    expires_at: datetime


class SignedIn:
    """The dependency of a route that asks for a user, of any role or of one."""

    def __init__(self, bucket: Bucket = "general", role: Role | None = None) -> None:
        self._bucket = bucket
        self._role = role

    async def __call__(self, request: Request, gw: Gw, token: Bearer) -> Identity:
        """Check token, session and allowances, in one statement."""
        if token is None:
            raise Unauthenticated("send the access token as `Authorization: Bearer ...`")
        claims = await gw.tokens.check(token.credentials)
        return self.require(await admit(gw, claims, self._bucket, len(await request.body())))

    def require(self, who: Identity) -> Identity:
        """Raise Forbidden unless the role is the one asked for."""
        if self._role is not None and who.role != self._role:
            raise Forbidden(f"this is for a {self._role}")
        return who


async def admit(gw: Gateway, claims: Claims, bucket: Bucket, size: int = 0) -> Identity:
    """Let a checked token pass when its session goes on and its user's allowances are not used up.

    `size` is that of the request's body, in bytes: what is sent is kept, many times over, and a day's sum
    of it is bounded.
    """
    rates = gw.settings.rates
    takes = [users.Take(bucket, bucket_rate(rates, bucket))]
    if size:
        takes.append(users.Take(BODIES, rates.bodies, size))
    async with gw.read() as db:
        found = await users.admit(db, claims.user_id, claims.session_id, takes, gw.now)
    if found is None:
        raise Unauthenticated("the session has ended; sign in again")
    if found.refused == BODIES:
        raise too_many(found.retry_after_s, ALL_SENT)
    if found.refused is not None:
        raise too_many(found.retry_after_s)
    return Identity(claims.user_id, found.role, claims.session_id, claims.expires_at)


def bucket_rate(rates: Rates, bucket: Bucket) -> Rate:
    """Find the allowance of a bucket."""
    rate: Rate = getattr(rates, bucket)
    return rate


def too_many(retry_after_s: float, said: str = WAIT) -> TooMany:
    """Say when to come back."""
    seconds = max(1, math.ceil(retry_after_s))
    return TooMany(said.format(seconds=seconds), retry_after_s=seconds)


async def count_sign_in(db: Connection, gw: Gateway, email: str, address: str) -> None:
    """Count an attempt to sign in; raises TooMany for the e-mail address or the network address.

    Attempts from all networks together are counted too, but not against a network that the user came from
    before: strangers cannot lock anybody out.
    """
    await count(db, gw, sign_in_keys(gw.settings.rates, email, address))
    if not await accounts.came_from(db, email, network(address)):
        await count(db, gw, [(f"account:{digest_of(email)}", gw.settings.rates.account)])


async def count_registration(db: Connection, gw: Gateway, address: str, *, invite: bool) -> None:
    """Count a new account of a network, and a guess at the invite; raises TooMany."""
    rates = gw.settings.rates
    guess = [(f"invite:{address}", rates.login)] if invite else []
    await count(db, gw, [(f"register:{address}", rates.register), *guess])


async def refund_invite(db: Connection, gw: Gateway, address: str) -> None:
    """Take back the count of an invite that was right."""
    await limits.refund(db, f"invite:{address}", gw.settings.rates.login)


async def count_code(db: Connection, gw: Gateway, address: str) -> None:
    """Count a guess at a one-time code; raises TooMany."""
    await count(db, gw, [(f"code:{address}", gw.settings.rates.register)])


async def count(db: Connection, gw: Gateway, keys: Iterable[tuple[str, Rate]]) -> None:
    """Take one of each allowance; raises TooMany for the first that is used up."""
    for key, rate in keys:
        wait = await limits.consume(db, key, rate, gw.now)
        if wait is not None:
            raise too_many(wait)


async def refund(db: Connection, gw: Gateway, email: str, address: str) -> None:
    """Take back the count of an attempt that succeeded."""
    for key, rate in sign_in_keys(gw.settings.rates, email, address):
        await limits.refund(db, key, rate)


def sign_in_keys(rates: Rates, email: str, address: str) -> list[tuple[str, Rate]]:
    """Name what attempts are counted under; addresses are kept as digests."""
    return [
        (f"login:{digest_of(f'{email} {address}')}", rates.login),
        (f"address:{address}", rates.address),
    ]


def digest_of(text: str) -> str:
    """Name an address without keeping it; letter case does not count."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()


def network(address: str) -> bytes:
    """Give the digest by which a network is known."""
    return hashlib.sha256(address.encode()).digest()[:16]


async def client_address(request: Request, gw: Gw) -> str:
    """Find the caller's network address; only what our own proxies added to X-Forwarded-For is believed."""
    settings, peer = gw.settings, request.client.host if request.client else UNKNOWN
    # a proxy may add a header of its own below the caller's: all of them, in order, are one list
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if settings.trusted_networks:
        return client_of(peer, hops, settings.trusted_networks)
    return client_by_count(peer, hops, settings.trusted_proxies)


User = Annotated[Identity, Depends(SignedIn())]
Asker = Annotated[Identity, Depends(SignedIn("chat"))]
Runner = Annotated[Identity, Depends(SignedIn("executions"))]
Worker = Annotated[Identity, Depends(SignedIn("work"))]
Student = Annotated[Identity, Depends(SignedIn(role="student"))]
Teacher = Annotated[Identity, Depends(SignedIn(role="teacher"))]
TeachingWorker = Annotated[Identity, Depends(SignedIn("work", role="teacher"))]
Address = Annotated[str, Depends(client_address)]
