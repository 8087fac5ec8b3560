"""Publishing to KafkaSinks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import httpx

from functions.runtime.envelope import Outgoing
from functions.runtime.errors import PublishFailed
from functions.runtime.outbox import Row
from functions.runtime.signatures import Signatures

# Before each request httpx looks at every idle connection: twenty took as long as the request itself.
KEPT = 4
KEPT_S = 60


class Publisher(Protocol):
    """Puts events on their topics."""

    async def publish(self, event: Outgoing) -> None:
        """Publish one event; returns once it is stored, raises PublishFailed otherwise."""


class KafkaSinks:
    """The KafkaSinks of a namespace, each at `<base>/<topic with dots as dashes>`; signs what goes there."""

    def __init__(self, base_url: str, client: httpx.AsyncClient, signatures: Signatures) -> None:
        self._base_url = base_url
        self._client = client
        self._signatures = signatures

    async def publish(self, event: Outgoing) -> None:
        """Publish one event; returns once Kafka has it, raises PublishFailed otherwise."""
        signed = self._signatures.sign(event)
        try:
            answer = await self._client.post(
                self.address(event.topic), content=event.data, headers=signed.headers()
            )
        except httpx.HTTPError as error:
            raise PublishFailed(f"{event.topic}: {type(error).__name__}: {error}") from error
        if answer.status_code != httpx.codes.ACCEPTED:
            raise PublishFailed(f"{event.topic}: the sink answered {answer.status_code}")

    def address(self, topic: str) -> str:
        """The address of the sink of a topic."""
        return f"{self._base_url}/{topic.removeprefix('learnflow.').replace('.', '-')}"


def connections(most: int | None = None) -> httpx.Limits:
    """Say how many connections a client may have; few of them are kept when there is nothing to send."""
    return httpx.Limits(max_connections=most, max_keepalive_connections=KEPT, keepalive_expiry=KEPT_S)


async def publish_rows(publisher: Publisher, rows: Sequence[Row]) -> tuple[list[int], list[BaseException]]:
    """Publish rows side by side; returns the rows that went out and what kept the others back."""
    results = await asyncio.gather(*(publisher.publish(row.event) for row in rows), return_exceptions=True)
    sent = [row.seq for row, result in zip(rows, results, strict=True) if result is None]
    return sent, [result for result in results if result is not None]
