"""Settings of the progress function."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from functions.progress.rules import MasteryRules
from functions.runtime.database import Pool
from functions.runtime.settings import Environ, env, integer


@dataclass(frozen=True, slots=True)
class ProgressSettings:
    """The rules of mastery, and which quizzes a teacher should hear of.

    A quiz counts as failed below `failed_below` (0 to 1), if it had enough questions.
    """

    rules: MasteryRules = field(default_factory=MasteryRules)
    failed_below: Decimal = Decimal("0.5")
    least_questions: int = 1

    @classmethod
    def read(cls, environ: Environ) -> ProgressSettings:
        """Read the settings."""
        # A percentage as a whole number: a float in an environment variable invites "0,5".
        percent = env(environ, "LEARNFLOW_STRUGGLE_QUIZ_PERCENT", integer(1, 100), 50)
        return cls(
            rules=MasteryRules.read(environ),
            failed_below=Decimal(percent) / 100,
            least_questions=env(environ, "LEARNFLOW_STRUGGLE_QUIZ_QUESTIONS", integer(1, 100), 1),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Environ, pool: Pool) -> AsyncIterator[ProgressSettings]:
        """Give the settings to the function."""
        yield cls.read(environ)
