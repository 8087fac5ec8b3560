"""Students who are signed in and listen to their streams, with a client that costs little itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

LIMIT_S = 60.0


class Refused(Exception):
    """The system answered with a status that is no success."""


class Student:
    """A signed-in student with an open stream."""

    def __init__(self, client: aiohttp.ClientSession, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}
        self._arrived: dict[str, asyncio.Future[tuple[float, dict[str, Any]]]] = {}
        self._open = asyncio.Event()
        self.stream = asyncio.create_task(self._listen())

    @classmethod
    async def register(cls, client: aiohttp.ClientSession) -> Student:
        """Make an account and connect its stream."""
        name = uuid4().hex
        body = {"email": f"{name}@example.com", "password": name, "display_name": "Bench", "role": "student"}
        async with client.post("/api/v1/auth/register", json=body) as answer:
            token = (await answer.json())["access_token"]
        student = cls(client, token)
        await student._open.wait()
        return student

    async def ask(self, text: str, due: float) -> tuple[float, dict[str, Any]]:
        """Ask; gives the milliseconds from when it was due until the answer was there, and the answer."""
        accepted = await self.post("/chat/messages", {"text": text})
        async with asyncio.timeout(LIMIT_S):
            arrived, told = await self._future(accepted["message_id"])
        if told["status"] != "answered":
            raise Refused(f"the question was {told['status']}")
        return (arrived - due) * 1000, told["answer"]

    async def run(self, code: str, due: float) -> float:
        """Run a program; gives the milliseconds from when it was due."""
        result = await self.post("/executions", {"code": code})
        if result["status"] != "ok":
            raise Refused(f"the program ended with {result['status']}")
        return (asyncio.get_running_loop().time() - due) * 1000

    async def look(self, due: float) -> float:
        """Read one's own progress; gives the milliseconds from when it was due."""
        async with self._client.get("/api/v1/progress", headers=self._headers) as answer:
            await read(answer)
        return (asyncio.get_running_loop().time() - due) * 1000

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post something; raises Refused for an error."""
        async with self._client.post(f"/api/v1{path}", json=body, headers=self._headers) as answer:
            return await read(answer)

    async def _listen(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._client.get("/api/v1/stream", headers=self._headers, timeout=timeout) as stream:
            self._open.set()
            kind = b""
            async for line in stream.content:
                name, _, value = line.rstrip(b"\r\n").partition(b": ")
                if name == b"event":
                    kind = value
                elif name == b"data" and kind == b"answer":
                    told = json.loads(value)
                    arrived = asyncio.get_running_loop().time()
                    self._future(told["message_id"]).set_result((arrived, told))

    def _future(self, message_id: str) -> asyncio.Future[tuple[float, dict[str, Any]]]:
        loop = asyncio.get_running_loop()
        return self._arrived.setdefault(message_id, loop.create_future())


async def read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Read an answer; raises Refused for an error."""
    if answer.status >= 400:
        raise Refused(f"{answer.method} {answer.url.path}: {answer.status}")
    body: dict[str, Any] = await answer.json()
    return body


@asynccontextmanager
async def classroom(url: str, count: int) -> AsyncIterator[list[Student]]:
    """Sign students in for the length of a block."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=LIMIT_S)
    async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as client:
        students = [await Student.register(client) for _ in range(count)]
        try:
            yield students
        finally:
            for student in students:
                student.stream.cancel()
            await asyncio.gather(*(student.stream for student in students), return_exceptions=True)
