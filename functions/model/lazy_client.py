"""The client of the model's server: `openai` is imported when the first question needs it, and not before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from functions.model.settings import TutorSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class LazyClient:
    """One client for all questions, made beside the event loop by the first of them.

    The import takes about half a second, which the first question waits for.
    """

    def __init__(self, settings: TutorSettings) -> None:
        self._settings = settings
        self._made: asyncio.Task[AsyncOpenAI] | None = None

    async def get(self) -> AsyncOpenAI:
        """Give the client."""
        if self._made is None:
            self._made = asyncio.create_task(asyncio.to_thread(_client, self._settings))
        # Shielded: the time limit of one question must not cancel the import that all wait for.
        return await asyncio.shield(self._made)

    async def close(self) -> None:
        """Close the connections, if there ever were any."""
        if self._made is not None:
            await (await self._made).close()


def _client(settings: TutorSettings) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    return AsyncOpenAI(
        api_key=settings.key,
        base_url=settings.base_url,
        max_retries=0,
        timeout=settings.limit_s,
        default_headers=settings.request.headers,
        default_query=dict(settings.request.query),
    )
