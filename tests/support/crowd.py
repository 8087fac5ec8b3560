"""Many students who ask questions, and what became of every question."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.support import plain

QUESTIONS = (
    "What is a for loop?",
    "How do lists differ from tuples?",
    "Why do functions return values?",
    "I don't understand recursion, I'm stuck",
    "hello there",
)
PENDING = "SELECT count(*) FROM messages WHERE message_id = ANY($1::uuid[]) AND status = 'pending'"
ANSWERS = """
SELECT data->>'message_id' AS message_id, count(*) AS answers FROM stream_events
 WHERE kind = 'answer' AND data->>'message_id' = ANY($1::text[]) GROUP BY 1
"""


@dataclass(slots=True)
class Tally:
    """How many questions were asked, accepted and refused."""

    asked: int = 0
    accepted: list[UUID] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)

    @property
    def median_s(self) -> float:
        """Seconds until an answer to the POST, in the middle."""
        return median(self.took_s or [0.0])

    def report(self, answers: Counter[int]) -> str:
        """Say it in a line."""
        refused = dict(self.refused) or "none"
        counts = dict(sorted(answers.items()))
        taken = f"asked {self.asked}, accepted {len(self.accepted)}, refused {refused}"
        return f"{taken}, median {self.median_s * 1000:.0f} ms, answers a question {counts}"


class Crowd:
    """Students who are signed in."""

    def __init__(self, url: str, tokens: Sequence[str]) -> None:
        self._url = url
        self._tokens = tokens

    @classmethod
    async def register(cls, url: str, students: int) -> Crowd:
        """Make accounts."""
        async with plain.async_client(base_url=f"{url}/api/v1", timeout=30) as client:
            answers = [await client.post("/auth/register", json=account()) for _ in range(students)]
        return cls(url, [answer.raise_for_status().json()["access_token"] for answer in answers])

    async def ask(self, questions: int, a_second: float, tally: Tally | None = None) -> Tally:
        """Ask at an even pace, whatever the answers do; a tally that is given is gone on with."""
        tally, tasks = tally or Tally(), []
        limits = httpx.Limits(max_connections=200)
        async with plain.async_client(base_url=f"{self._url}/api/v1", timeout=30, limits=limits) as client:
            for number in range(questions):
                token = self._tokens[number % len(self._tokens)]
                tasks.append(asyncio.create_task(self._ask(client, token, number, tally)))
                await asyncio.sleep(1 / a_second)
            await asyncio.gather(*tasks)
        return tally

    async def _ask(self, client: httpx.AsyncClient, token: str, number: int, tally: Tally) -> None:
        tally.asked += 1
        loop = asyncio.get_running_loop()
        before = loop.time()
        try:
            answer = await client.post(
                "/chat/messages",
                json={"text": QUESTIONS[number % len(QUESTIONS)]},
                headers={"Authorization": f"Bearer {token}"},
            )
        except httpx.HTTPError as error:
            tally.refused[type(error).__name__] += 1
            return
        tally.took_s.append(loop.time() - before)
        if answer.status_code == 202:
            tally.accepted.append(UUID(answer.json()["message_id"]))
        else:
            tally.refused[str(answer.status_code)] += 1


async def settle(database_url: str, accepted: Sequence[UUID], limit_s: float = 120.0) -> Counter[int]:
    """Wait until no question is pending; gives how many questions got how many answers."""
    db = await connect(database_url)
    try:
        async with asyncio.timeout(limit_s):
            while await db.fetchval(PENDING, accepted):
                await asyncio.sleep(0.2)
        rows = await db.fetch(ANSWERS, [str(message) for message in accepted])
    finally:
        await db.close()
    found = Counter(row["answers"] for row in rows)
    return found + Counter({0: len(accepted) - len(rows)})


async def connect(database_url: str) -> asyncpg.Connection[asyncpg.Record]:
    """Connect, also to a database that is just coming back."""
    for _ in range(100):
        try:
            return await asyncpg.connect(database_url, timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            await asyncio.sleep(0.2)
    return await asyncpg.connect(database_url)


def account() -> dict[str, str]:
    """Make up an account."""
    name = uuid4().hex
    return {"email": f"{name}@example.com", "password": name, "display_name": "Crowd", "role": "student"}
