"""Wakes those who wait for something of a user: long polls and streams.

PostgreSQL's NOTIFY is a hint that saves waiting; whoever waits also looks by itself every now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import asyncpg
import msgspec

from functions.runtime.database import CONNECT_S, DOWN, Connection
from functions.runtime.stream import CHANNEL, TRANSIENT_CHANNEL

POLL_S = 2.0
POLL_FALLBACK_S = 0.25
RETRY_S = 1.0
MAX_WHISPERS = 500

log = logging.getLogger(__name__)


class Hub:
    """One listening connection of this process, and the bells of those who wait."""

    def __init__(self, url: str, stopping: asyncio.Event) -> None:
        self._url = url
        self._stopping = stopping
        self._bells: dict[UUID, set[asyncio.Event]] = {}
        self._ears: dict[asyncio.Event, deque[str]] = {}
        self._streams: Counter[UUID] = Counter()
        self.listening = False

    def streams(self, user_id: UUID) -> int:
        """Say how many streams of a user are open in this process."""
        return self._streams[user_id]

    @contextmanager
    def stream(self, user_id: UUID) -> Iterator[asyncio.Event]:
        """Give a bell, and count it as a stream of the user while it is held."""
        self._streams[user_id] += 1
        try:
            with self.bell(user_id) as bell:
                yield bell
        finally:
            self._streams[user_id] -= 1
            if not self._streams[user_id]:
                del self._streams[user_id]

    @contextmanager
    def bell(self, user_id: UUID) -> Iterator[asyncio.Event]:
        """Give a bell that rings when something of the user may be new."""
        bell = asyncio.Event()
        self._bells.setdefault(user_id, set()).add(bell)
        try:
            yield bell
        finally:
            waiting = self._bells[user_id]
            waiting.discard(bell)
            if not waiting:
                del self._bells[user_id]

    @contextmanager
    def ear(self, bell: asyncio.Event) -> Iterator[deque[str]]:
        """Collect what is whispered to the user of a bell from now on, the newest of it."""
        heard: deque[str] = deque(maxlen=MAX_WHISPERS)
        self._ears[bell] = heard
        try:
            yield heard
        finally:
            del self._ears[bell]

    async def wait(self, bell: asyncio.Event, at_most_s: float) -> None:
        """Wait until the bell rings, it is time to look anyway, or the process stops."""
        pause = min(at_most_s, POLL_S if self.listening else POLL_FALLBACK_S)
        if pause <= 0 or self._stopping.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await bell.wait()
        bell.clear()

    async def run(self) -> None:
        """Listen until the process stops; a lost connection is opened again."""
        while not self._stopping.is_set():
            try:
                await self._listen_once()
            except (*DOWN, asyncpg.PostgresError) as error:
                log.warning("not listening, looking more often instead: %s", error)
            self.listening = False
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S):
                    await self._stopping.wait()

    async def _listen_once(self) -> None:
        """Listen until the connection ends or the process stops."""
        db: Connection = await asyncpg.connect(self._url, timeout=CONNECT_S)
        try:
            lost = asyncio.Event()
            db.add_termination_listener(lambda _: lost.set())
            await db.add_listener(CHANNEL, self._heard)
            await db.add_listener(TRANSIENT_CHANNEL, self._whispered)
            self.listening = True
            self._ring_all()
            waits = [asyncio.create_task(event.wait()) for event in (lost, self._stopping)]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
        finally:
            self.listening = False
            await db.close(timeout=CONNECT_S)
            self._ring_all()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        with suppress(ValueError):
            for bell in self._bells.get(UUID(str(payload)), ()):
                bell.set()

    def _whispered(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        with suppress(msgspec.DecodeError, KeyError, TypeError, ValueError):
            told = msgspec.json.decode(str(payload))
            bells = self._bells.get(UUID(told.pop("user_id")), ())
            data = msgspec.json.encode(told).decode() if bells else ""
            for bell in bells:
                if bell in self._ears:
                    self._ears[bell].append(data)
                    bell.set()

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.set()
