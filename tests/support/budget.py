"""Connections to PostgreSQL: what all pods together may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.checks.manifests import Manifests, at, scaling, variables

# A gateway pod listens for notifications on a connection beside its pool.
LISTENING = {"gateway": 1}
# While a new revision comes up the old one still has its pods.
REVISIONS = 2
# superuser_reserved_connections, and room for a migration, a back-up and somebody who looks.
RESERVED = 3 + 10


@dataclass(frozen=True, slots=True)
class Row:
    """A function's share."""

    function: str
    max_scale: int
    pool: int
    beside: int

    @property
    def connections(self) -> int:
        """What all its pods may open."""
        return self.max_scale * (self.pool + self.beside)


def rows(manifests: Manifests) -> Iterator[Row]:
    """Yield the share of each Service that has a pool."""
    for service in manifests.services():
        pool = at(variables(service), "DATABASE_POOL_MAX", "value")
        if pool is not None:
            who = at(service, "metadata", "name")
            most = int(scaling(service)["autoscaling.knative.dev/max-scale"])
            yield Row(who, most, int(pool), LISTENING.get(who, 0))


def needed(manifests: Manifests) -> int:
    """Return the `max_connections` that PostgreSQL has to have, without PgBouncer."""
    return REVISIONS * sum(row.connections for row in rows(manifests)) + RESERVED
