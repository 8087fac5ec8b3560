"""Words that a student sees while the answer is still being written."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self
from uuid import UUID

from functions.runtime.database import Pool, connection
from functions.runtime.errors import LearnFlowError
from functions.runtime.stream import notify_transient

log = logging.getLogger(__name__)
MAX_LENGTH = 1200


class AnswerStream:
    """Sends the words of one answer to the student's streams; a lost one is no harm, the answer follows."""

    def __init__(
        self, pool: Pool, student_id: UUID, message_id: UUID | None, conversation_id: UUID | None
    ) -> None:
        self._pool = pool
        self._student_id = student_id
        self._about = {"message_id": str(message_id), "conversation_id": str(conversation_id)}
        self._seq = 0
        # What answers no message is read when it is there.
        self._silent = message_id is None

    async def say(self, text: str) -> None:
        """Send the next words; once that fails, the rest waits for the answer."""
        for start in range(0, len(text), MAX_LENGTH):
            if self._silent:
                return
            self._seq += 1
            data = {**self._about, "seq": self._seq, "text": text[start : start + MAX_LENGTH]}
            try:
                async with connection(self._pool) as db:
                    await notify_transient(db, self._student_id, data)
            except LearnFlowError as error:
                log.info("the words are not shown as they come: %s", error)
                self._silent = True


class AnswerStreams:
    """Makes a speaker for each answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the way to the streams, which is the database."""
        yield cls(pool)

    def of(self, student_id: UUID, message_id: UUID | None, conversation_id: UUID | None) -> AnswerStream:
        """Make the speaker of the answer to a message; without one it stays silent."""
        return AnswerStream(self._pool, student_id, message_id, conversation_id)
