"""Settings of the notification function."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from functions.domain.alerts import AlertRules
from functions.runtime.database import Pool
from functions.runtime.settings import Environ, env, integer

WEEK_MIN = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """When teachers are told again, and how long a digest gathers."""

    rules: AlertRules = field(default_factory=AlertRules)
    digest_after: timedelta = timedelta(hours=1)

    @classmethod
    def read(cls, environ: Environ) -> NotificationSettings:
        """Read the settings."""
        return cls(
            rules=read_rules(environ),
            digest_after=_minutes(environ, "LEARNFLOW_DIGEST_MIN", 60),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Environ, pool: Pool) -> AsyncIterator[NotificationSettings]:
        """Give the settings to the function."""
        yield cls.read(environ)


def read_rules(environ: Environ) -> AlertRules:
    """Read the rules of alerts, which the gateway needs too."""
    return AlertRules(
        repeat=_minutes(environ, "LEARNFLOW_ALERT_REPEAT_MIN", 30),
        cooldown=_minutes(environ, "LEARNFLOW_ALERT_COOLDOWN_MIN", 30),
        evidence=env(environ, "LEARNFLOW_ALERT_EVIDENCE", integer(1, 100), 20),
    )


def _minutes(environ: Environ, name: str, default: int) -> timedelta:
    return timedelta(minutes=env(environ, name, integer(1, WEEK_MIN), default))
