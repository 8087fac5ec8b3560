"""Settings of the notification function."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from functions.alerts.alert import AlertRules
from functions.runtime.database import Pool
from functions.runtime.settings import Environ, minutes


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """When teachers are told again, and how long a digest gathers."""

    rules: AlertRules = field(default_factory=AlertRules)
    digest_after: timedelta = timedelta(hours=1)

    @classmethod
    def read(cls, environ: Environ) -> NotificationSettings:
        """Read the settings."""
        return cls(
            rules=AlertRules.read(environ),
            digest_after=minutes(environ, "LEARNFLOW_DIGEST_MIN", 60),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Environ, pool: Pool) -> AsyncIterator[NotificationSettings]:
        """Give the settings to the function."""
        yield cls.read(environ)
