"""What of a reply has come so far, and who listens to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from functions.model.pace import Pace

ChunkListener = Callable[[str], Awaitable[None]]


class ReceivedText:
    """Passes on the pieces of a reply, and knows whether there were any.

    `alive` tells that the server sent something, be it thoughts that nobody reads.
    """

    def __init__(self, hear: ChunkListener | None) -> None:
        self.pace: Pace | None = None
        self.anything = False
        self.alive = False
        self._hear = hear

    @property
    def listener(self) -> ChunkListener | None:
        """Who listens; None when nobody does."""
        return None if self._hear is None else self._listen

    async def _listen(self, piece: str) -> None:
        self.anything = True
        if self._hear is None:
            return
        # What is done with a word, such as running an example, is no silence of the model's.
        if self.pace is not None:
            self.pace.hold()
        await self._hear(piece)
        if self.pace is not None:
            self.pace.go_on()
