"""Calling the API as a good client does: with a key, and again with the same key when something breaks."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any
from uuid import uuid4

import httpx
from httpx_sse import aconnect_sse

from tests.chaos.ledger import Ledger, Person
from tests.support import plain

PATIENCE_S = 90.0
PAUSE_S, MAX_PAUSE_S = 0.3, 3.0
HEARTBEATS_S = 25.0


class Caller:
    """Calls for many people; `stop` ends what still waits for a broken system."""

    def __init__(self, url: str, ledger: Ledger, chance: random.Random) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=60)
        self.http = plain.async_client(base_url=f"{url}/api/v1", timeout=15, limits=limits)
        self.ledger = ledger
        self._chance = chance

    async def register(self, role: str = "student", **more: str) -> Person:
        """Make an account; one that was made in a call whose answer got lost is signed in to."""
        email, password = f"chaos-{uuid4().hex}@example.com", uuid4().hex
        body = {"email": email, "password": password, "display_name": "Chaos", "role": role, **more}
        answer = await self.patiently("POST", "/auth/register", body, None, ok=(201, 409))
        if answer is None or answer.status_code == 409:
            answer = await self.patiently("POST", "/auth/login", {"email": email, "password": password}, None)
        if answer is None:
            raise AssertionError("nobody can register")
        found = answer.json()
        person = Person(found["user"]["id"], email, password, found["access_token"])
        self.ledger.people.append(person)
        return person

    async def want(
        self, person: Person, kind: str, path: str, body: Any, named: str, key: str | None = None
    ) -> str | None:
        """Ask for something that must happen once; gives its id, which is in the ledger from then on."""
        key = key or uuid4().hex
        answer = await self.patiently("POST", path, body, person, kind=kind, headers={"Idempotency-Key": key})
        if answer is None:
            self.ledger.give_up(kind, key)
            return None
        found: str = answer.json()[named]
        self.ledger.accept(kind, key, found, person.id)
        return found

    async def read(self, person: Person, path: str, **query: Any) -> Any:
        """Read something; None when the system has been away for too long."""
        answer = await self.patiently("GET", path, None, person, params=query)
        return None if answer is None else answer.json()

    async def patiently(
        self,
        method: str,
        path: str,
        body: Any,
        person: Person | None,
        *,
        kind: str = "",
        ok: tuple[int, ...] = (200, 201, 202, 204),
        **options: Any,
    ) -> httpx.Response | None:
        """Send a request until it is answered; None when that takes too long."""
        end, pause = time.monotonic() + PATIENCE_S, PAUSE_S
        while time.monotonic() < end:
            if kind and person is not None:
                self.ledger.tried[kind, person.id] += 1
            answer = await self._once(method, path, body, person, options)
            if answer is not None and answer.status_code in ok:
                return answer
            if answer is not None and not await self._again(answer, person):
                self.ledger.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
                return None
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))
            pause = min(MAX_PAUSE_S, pause * 1.7)
        return None

    async def _once(
        self, method: str, path: str, body: Any, person: Person | None, options: dict[str, Any]
    ) -> httpx.Response | None:
        headers = dict(options.get("headers", {}))
        if person is not None:
            headers["Authorization"] = f"Bearer {person.token}"
        try:
            answer = await self.http.request(
                method, path, json=body, params=options.get("params"), headers=headers
            )
        except httpx.TransportError as error:
            self.ledger.answers[type(error).__name__] += 1
            return None
        self.ledger.answers[str(answer.status_code)] += 1
        return answer

    async def _again(self, answer: httpx.Response, person: Person | None) -> bool:
        """Whether a refusal is one to come back from. A 500 is none: nobody foresaw it."""
        if answer.status_code == 401 and person is not None:
            await self.sign_in(person)
            return True
        return answer.status_code in (429, 502, 503, 504)

    async def sign_in(self, person: Person) -> None:
        """Get a new token."""
        body = {"email": person.email, "password": person.password}
        answer = await self._once("POST", "/auth/login", body, None, {})
        if answer is not None and answer.is_success:
            person.token = answer.json()["access_token"]

    async def listen(self, person: Person) -> None:
        """Keep a stream open for ever: after every break it goes on behind the last event that came."""
        limits = httpx.Timeout(15, read=HEARTBEATS_S)
        while True:
            headers = {"Authorization": f"Bearer {person.token}", "Last-Event-ID": str(person.last)}
            try:
                async with aconnect_sse(
                    self.http, "GET", "/stream", headers=headers, timeout=limits
                ) as source:
                    if source.response.status_code == 401:
                        await self.sign_in(person)
                    if source.response.is_success:
                        person.streams += 1
                        async for event in source.aiter_sse():
                            if event.id and event.data and event.event != "answer.delta":
                                person.heard.append((int(event.id), event.event, json.loads(event.data)))
            except httpx.TransportError as error:
                self.ledger.answers[f"stream: {type(error).__name__}"] += 1
            await asyncio.sleep(self._chance.uniform(0.2, 1.0))
