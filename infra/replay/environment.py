"""Where a replay happens: the system on this machine, or a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import asyncpg

from functions.runtime.database import DOWN, Connection
from functions.runtime.errors import ConfigurationError
from functions.runtime.signatures import Signatures
from infra.checks.manifests import Manifest, Manifests
from infra.replay.errors import Refused, Unreachable
from infra.replay.kafka import Brokers


class Sources(Protocol):
    """KafkaSources beside those of the manifests: how they are made, found, stopped and taken away."""

    def commands(self, manifest: Manifest) -> list[str]:
        """Say by which commands a source would be made and taken away; none where there are none."""

    async def find(self, name: str) -> Manifest | None:
        """Read a source; None when there is none of that name."""

    async def apply(self, manifest: Manifest) -> None:
        """Make a source and wait until it works."""

    async def scale(self, name: str, consumers: int) -> None:
        """Set how many consumers a source has; with none its group keeps its offsets."""

    async def delete(self, name: str) -> None:
        """Take a source and its group away; raises Refused for one that no replay made."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Manifests and addresses of an environment; `addresses` are Services by host and port."""

    environment: str
    manifests: Manifests
    brokers: Brokers
    database_url: str | None = field(repr=False)
    sources: Sources
    event_environ: Mapping[str, str] = field(repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def signatures(self) -> Signatures:
        """How events are signed here; raises Refused when the keys for it are not known."""
        try:
            return Signatures.read(self.event_environ)
        except ConfigurationError as error:
            raise Refused(str(error)) from error

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Connection]:
        """Connect to PostgreSQL; raises Refused when no address is known, or Unreachable."""
        if self.database_url is None:
            raise Refused("DATABASE_URL is not set: it says how PostgreSQL is reached from here")
        try:
            db = await asyncpg.connect(self.database_url, timeout=10)
            try:
                yield db
            finally:
                await db.close(timeout=5)
        except DOWN as error:
            raise Unreachable(f"PostgreSQL: {type(error).__name__} {error}") from error
