"""People who use a running system, over HTTP and the stream alone."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
from httpx_sse import aconnect_sse

LIMIT_S, PAUSE_S = 60.0, 0.1
PASSWORD = "a long passphrase"


@dataclass
class Person:
    """Somebody who is signed in, with everything that came on their stream."""

    http: httpx.AsyncClient
    id: str
    email: str
    heard: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)

    @classmethod
    async def register(cls, http: httpx.AsyncClient, name: str, **fields: str) -> Person:
        """Make an account."""
        email = f"{name.lower()}-{secrets.token_hex(4)}@example.com"
        body = {"email": email, "password": PASSWORD, "display_name": name, "role": "student"} | fields
        made = (await http.post("/auth/register", json=body)).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {made['access_token']}"
        return cls(http, made["user"]["id"], email)

    async def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return (await self.http.get(path, params=query)).raise_for_status().json()

    async def post(self, path: str, body: Any = None) -> Any:
        """Do something."""
        return (await self.http.post(path, json=body)).raise_for_status().json()

    async def listen(self) -> None:
        """Keep what comes on the stream."""
        async with aconnect_sse(self.http, "GET", "/stream", timeout=None) as source:
            source.response.raise_for_status()
            async for event in source.aiter_sse():
                if not event.data:  # the stream opens with how long to wait before a reconnect
                    continue
                self.heard.append((event.event, event.json(), time.monotonic()))

    def told(self, kind: str) -> list[tuple[dict[str, Any], float]]:
        """What came of one kind, and when."""
        return [(data, at) for name, data, at in self.heard if name == kind]

    async def ask(self, text: str, **fields: str) -> dict[str, Any]:
        """Ask a question and wait for the answer."""
        asked = await self.post("/chat/messages", {"text": text, **fields})
        message = await self.get(f"/chat/messages/{asked['message_id']}", wait=25)
        assert message["status"] == "answered", message
        answer: dict[str, Any] = message["answer"]
        return answer

    async def exercise(self, exercise_id: str) -> dict[str, Any]:
        """Wait for an exercise."""
        shown: dict[str, Any] = await self.get(f"/exercises/{exercise_id}", wait=25)
        assert shown["status"] == "ready", shown
        return shown

    async def hand_in(self, exercise_id: str, code: str) -> dict[str, Any]:
        """Hand code in, and wait for grade and review."""
        taken = await self.post("/submissions", {"code": code, "exercise_id": exercise_id})
        shown: dict[str, Any] = await self.get(f"/submissions/{taken['submission_id']}", wait=25)
        assert shown["status"] == "done", shown
        return shown


async def solution(db: asyncpg.Connection[asyncpg.Record], exercise_id: str) -> str:
    """Look up the solution, as a student who knows it would write it."""
    found: str = await db.fetchval("SELECT solution FROM exercises WHERE exercise_id = $1::uuid", exercise_id)
    return found


async def right_answers(db: asyncpg.Connection[asyncpg.Record], quiz_id: str) -> dict[str, int]:
    """Look up the right answers of a quiz."""
    from functions.quizzes.quiz import grade, recall

    row = await db.fetchrow("SELECT topic, seed, questions FROM quizzes WHERE quiz_id = $1::uuid", quiz_id)
    assert row
    quiz = recall(row["topic"], row["seed"], json.loads(row["questions"]))
    return {one.question_id: one.right_choice for one in grade(quiz, {}).results}
