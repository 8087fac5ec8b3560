"""Accounts for trying the system, and what to type next."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx

from infra.local.credentials import Account, Credentials

CREATED, TAKEN = 201, 409
PATIENCE_S, PAUSE_S = 60.0, 0.5


async def show(
    url: str, credentials: Credentials, client: httpx.AsyncClient, patience_s: float = PATIENCE_S
) -> None:
    """Register the accounts unless they are there, and print how to go on.

    The system goes on without them: on a busy machine the gateway may be slow in its first seconds.
    """
    deadline = time.monotonic() + patience_s
    for account in credentials.accounts:
        problem = await register(url, account, credentials.teacher_invite, client, deadline)
        made = f"password {account.password}" if problem is None else f"could not be made: {problem}"
        print(f"  {account.role}: {account.email}, {made}")
    print(f"  console: {url}/console/   (new accounts can be made there, too)")
    print(f"  API: {url}/api/v1/docs")
    print("  next, in another terminal: ./task demo     (Ctrl-C here stops everything)", flush=True)


async def register(
    url: str, account: Account, invite: str, client: httpx.AsyncClient, deadline: float
) -> str | None:
    """Register one account as a frontend would, trying until the deadline; says what went wrong at last."""
    body: dict[str, Any] = {
        "email": account.email,
        "password": account.password,
        "display_name": account.display_name,
        "role": account.role,
    }
    if account.role == "teacher":
        body["invite"] = invite
    while True:
        problem = await attempt(url, body, client)
        if problem is None or time.monotonic() > deadline:
            return problem
        await asyncio.sleep(PAUSE_S)


async def attempt(url: str, body: dict[str, Any], client: httpx.AsyncClient) -> str | None:
    """Try once; says what went wrong."""
    try:
        response = await client.post(f"{url}/api/v1/auth/register", json=body, timeout=10)
    except httpx.TransportError as error:
        return f"{type(error).__name__} {error}".strip()
    return None if response.status_code in (CREATED, TAKEN) else f"{response.status_code} {response.text}"
