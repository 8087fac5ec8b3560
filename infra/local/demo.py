"""A student's first minutes, over HTTP and SSE alone; says whether all went as promised."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import aconnect_sse

from functions.runtime.certificates import trusted
from infra.local import tracing
from infra.local.errors import DemoFailed

ANSWER_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and which agent should answer."""

    body: dict[str, str]
    agent: str


@dataclass(frozen=True, slots=True)
class Program:
    """What is run, and how it should end."""

    name: str
    code: str
    status: str


QUESTIONS = (
    Question({"text": "How does a for loop work?"}, "concepts"),
    Question(
        {
            "text": "Why does my code crash?",
            "code": "prices = [3, 4]\nprint(prices[2])",
            "error": 'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n'
            "IndexError: list index out of range",
        },
        "debug",
    ),
    Question({"text": "How is my progress so far?"}, "progress"),
)
PROGRAMS = (
    Program("good code", "print('hello, ' + 'world')", "ok"),
    Program("code that fails", "numbers = [1, 2]\nprint(numbers[5])", "error"),
    Program("an endless loop", "while True:\n    pass", "timeout"),
)


class Student:
    """A new student with a stream of answers; questions may go through another gateway than the stream."""

    def __init__(self, client: httpx.AsyncClient, asks_through: httpx.AsyncClient | None = None) -> None:
        self._client = client
        self._asking = asks_through or client
        self._answers: dict[str, tuple[float, dict[str, Any]]] = {}
        self._arrived = asyncio.Condition()

    async def register(self) -> str:
        """Make an account; returns its address."""
        email = f"demo-{secrets.token_hex(4)}@example.com"
        body = {
            "email": email,
            "password": secrets.token_urlsafe(12),
            "display_name": "Demo",
            "role": "student",
        }
        response = await self._client.post("/auth/register", json=body)
        response.raise_for_status()
        for client in (self._client, self._asking):
            client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
        return email

    async def listen(self) -> None:
        """Collect answers from the stream."""
        async with aconnect_sse(self._client, "GET", "/stream", timeout=None) as source:
            source.response.raise_for_status()
            async for event in source.aiter_sse():
                if event.event == "answer":
                    data = event.json()
                    async with self._arrived:
                        self._answers[data["message_id"]] = (time.monotonic(), data)
                        self._arrived.notify_all()

    async def ask(self, question: Question) -> tuple[str, float, dict[str, Any]]:
        """Ask and wait for the answer on the stream; returns message id, milliseconds and answer."""
        started = time.monotonic()
        response = await self._asking.post("/chat/messages", json=question.body)
        response.raise_for_status()
        message_id: str = response.json()["message_id"]
        async with asyncio.timeout(ANSWER_LIMIT_S), self._arrived:
            await self._arrived.wait_for(lambda: message_id in self._answers)
        arrived, data = self._answers[message_id]
        return message_id, (arrived - started) * 1000, data.get("answer", data)

    async def run(self, program: Program) -> dict[str, Any]:
        """Run one program."""
        response = await self._client.post("/executions", json={"code": program.code})
        response.raise_for_status()
        result: dict[str, Any] = response.json()
        return result


async def run(url: str, database_url: str) -> int:
    """Show it all; 0 when everything held. Raises DemoFailed when the system does not answer."""
    try:
        return await show(url, database_url)
    except httpx.HTTPError as error:
        raise DemoFailed(f"{url} did not answer as it should: {type(error).__name__} {error}") from error
    except TimeoutError:
        raise DemoFailed(f"no answer came in {ANSWER_LIMIT_S:.0f} s; ./task logs says more") from None


async def show(url: str, database_url: str) -> int:
    """Register, ask, run, and print the way of the first question."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30, verify=trusted(url)) as client:
        student = Student(client)
        print(f"registered {await student.register()}")
        stream = asyncio.create_task(student.listen())
        try:
            failures, first = await ask_all(student)
            failures += await run_all(student)
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
    print(f"\nthe way of the first question ({first}):")
    print("\n".join(tracing.render(await tracing.read(database_url, first))))
    print(f"\n{'everything held' if not failures else f'{failures} of 6 did not hold'}")
    return 1 if failures else 0


async def ask_all(student: Student) -> tuple[int, str]:
    """Ask the questions; returns how many were not answered as promised, and the first one's id."""
    failures, ids = 0, []
    for question in QUESTIONS:
        message_id, took_ms, answer = await student.ask(question)
        ids.append(message_id)
        well = answer["agent"] == question.agent and bool(answer["text"].strip())
        failures += not well
        print(
            f"\n{verdict(well)} {question.body['text']!r}: {answer['agent']} answered after {took_ms:.0f} ms"
        )
        print("\n".join(f"    {line}" for line in answer["text"].strip().splitlines()[:6]))
    return failures, ids[0]


async def run_all(student: Student) -> int:
    """Run the programs; returns how many did not end as promised."""
    failures = 0
    print()
    for program in PROGRAMS:
        result = await student.run(program)
        well = result["status"] == program.status
        failures += not well
        error = result.get("error") or {}
        shown = result["stdout"].strip() or f"{error.get('type', '')} {error.get('message', '')}".strip()
        took = f"after {result['duration_ms']:.0f} ms"
        print(f"{verdict(well)} {program.name}: {result['status']} {took}  {shown}")
    return failures


def verdict(well: bool) -> str:
    """Mark a line."""
    return "ok  " if well else "FAIL"
