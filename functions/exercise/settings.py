"""Settings of the exercise function."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from functions.alerts.alert import AlertRules
from functions.exercise.struggle import Thresholds
from functions.runtime.database import Pool
from functions.runtime.settings import env, integer, minutes


@dataclass(frozen=True, slots=True)
class ExerciseSettings:
    """How often to ask a sandbox that is away, how long to grade, and when a student struggles."""

    sandbox_tries: int = 4
    grading_s: int = 24
    thresholds: Thresholds = field(default_factory=Thresholds)
    alerts: AlertRules = field(default_factory=AlertRules)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> ExerciseSettings:
        """Read the settings."""
        return cls(
            sandbox_tries=env(environ, "LEARNFLOW_SANDBOX_TRIES", integer(1, 5), 4),
            grading_s=env(environ, "LEARNFLOW_GRADING_S", integer(5, 27), 24),
            thresholds=read_thresholds(environ),
            alerts=AlertRules.read(environ),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[ExerciseSettings]:
        """Give the settings to the function."""
        yield cls.read(environ)


def read_thresholds(environ: Mapping[str, str]) -> Thresholds:
    """Read from when on a student struggles."""
    return Thresholds(
        failed_runs=env(environ, "LEARNFLOW_STRUGGLE_FAILED_RUNS", integer(2, 50), 5),
        changes=env(environ, "LEARNFLOW_STRUGGLE_CHANGES", integer(0, 50), 0),
        timeouts_within=minutes(environ, "LEARNFLOW_STRUGGLE_TIMEOUTS_MIN", 30),
        stalled_after=minutes(environ, "LEARNFLOW_STRUGGLE_STALLED_MIN", 10),
        longest_gap=minutes(environ, "LEARNFLOW_STRUGGLE_GAP_MIN", 2),
        new_episode_after=minutes(environ, "LEARNFLOW_STRUGGLE_EPISODE_MIN", 30),
    )
