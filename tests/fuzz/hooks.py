"""Hooks of schemathesis: who calls, and with which ids, so that random calls come past the front door.

The test that starts the run gives the people and their things in FUZZ_PEOPLE, as JSON.
"""

from __future__ import annotations

import json
import os
from itertools import count
from typing import Any
from uuid import UUID

import requests
import schemathesis
from schemathesis import AuthContext, Case, HookContext

PEOPLE: dict[str, Any] = json.loads(os.environ["FUZZ_PEOPLE"])
IDS: dict[str, str] = PEOPLE["ids"]
NUMBERS = count()
LAST_CALLS = {"DELETE /api/v1/me", "POST /api/v1/auth/logout"}
TIMEOUT_S = 30
WAIT_S = 1


@schemathesis.auth(refresh_interval=None)
class Callers:
    """Students and teachers in turn; somebody new for calls that end a session."""

    def get(self, case: Case, context: AuthContext) -> str:
        """Give an access token."""
        if f"{context.operation.method.upper()} {context.operation.path}" in LAST_CALLS:
            return throwaway()
        token: str = PEOPLE["tokens"][next(NUMBERS) % len(PEOPLE["tokens"])]
        return token

    def set(self, case: Case, data: str, context: AuthContext) -> None:
        """Sign the call."""
        case.headers["Authorization"] = f"Bearer {data}"


def throwaway() -> str:
    """Make an account that nobody else needs."""
    account = {
        "email": f"fuzz-{os.getpid()}-{next(NUMBERS)}@example.com",
        "password": "seven fuzzy elephants",
    }
    answer = requests.post(
        f"{PEOPLE['url']}/auth/register", json=account | {"display_name": "Fuzz"}, timeout=TIMEOUT_S
    )
    token: str = answer.json()["access_token"]
    return token


@schemathesis.hook
def map_path_parameters(context: HookContext, path_parameters: dict[str, Any] | None) -> Any:
    """Put something that exists into half of the well-formed paths."""
    for name, value in (path_parameters or {}).items():
        if name in IDS and even_uuid(value):
            path_parameters[name] = IDS[name]  # type: ignore[index]  # it is not None in here
    return path_parameters


@schemathesis.hook
def map_query(context: HookContext, query: dict[str, Any] | None) -> Any:
    """Wait no longer than a second for what never comes."""
    wait = (query or {}).get("wait")
    if isinstance(wait, int) and wait > WAIT_S:
        query["wait"] = WAIT_S if wait <= 25 else wait  # type: ignore[index]  # it is not None in here
    return query


def even_uuid(value: object) -> bool:
    """Choose half of the ids, the same ones in every run."""
    try:
        return UUID(str(value)).int % 2 == 0
    except ValueError:
        return False
