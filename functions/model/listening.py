"""Who hears a reply while it comes, and puts an answer together from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from functions.guardrails import replies
from functions.model.received import ChunkListener


class Listener(Protocol):
    """Takes a reply piece by piece; what it raises ends the call."""

    restore: Callable[[str], str]

    async def hear(self, piece: str) -> None:
        """Take the next piece."""

    async def finish(self, reply: str) -> None:
        """Take the rest, now that the reply is complete."""


def silent_on(instructions: str, listener: Listener | None) -> ChunkListener | None:
    """Pass pieces on as long as they do not recite the instructions."""
    if listener is None:
        return None
    said: list[str] = []

    async def listen(piece: str) -> None:
        said.append(piece)
        replies.check_echo("".join(said), instructions)
        await listener.hear(piece)

    return listen
