"""Accounts for trying the system, and what to type next."""

from __future__ import annotations

from typing import Any

import httpx

from infra.local.credentials import Account, Credentials
from infra.local.errors import StartError

CREATED, TAKEN = 201, 409


async def show(url: str, credentials: Credentials, client: httpx.AsyncClient) -> None:
    """Register the accounts unless they are there, and print how to go on."""
    for account in credentials.accounts:
        await register(url, account, credentials.teacher_invite, client)
        print(f"  {account.role}: {account.email}, password {account.password}")
    print(f"  console: {url}/console/, where new accounts can be made too")
    print(f"  API: {url}/api/v1/docs")
    print("  next, in another terminal: ./task demo     (Ctrl-C here stops everything)", flush=True)


async def register(url: str, account: Account, invite: str, client: httpx.AsyncClient) -> None:
    """Register one account through the API, as a frontend would."""
    body: dict[str, Any] = {
        "email": account.email,
        "password": account.password,
        "display_name": account.display_name,
        "role": account.role,
    }
    if account.role == "teacher":
        body["invite"] = invite
    response = await client.post(f"{url}/api/v1/auth/register", json=body, timeout=10)
    if response.status_code not in (CREATED, TAKEN):
        raise StartError(f"{account.email} could not be registered: {response.status_code} {response.text}")
