"""The level at which a student is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self
from uuid import UUID

from events.models import Level, Topic
from functions.progress.days import active_days, local_day
from functions.progress.mastery import level, mastery
from functions.progress.overview import average, masteries
from functions.progress.reading import evidence_of
from functions.progress.rules import MasteryRules
from functions.runtime.database import Connection, Pool


class LevelRules:
    """The rules of mastery, read once."""

    def __init__(self, rules: MasteryRules) -> None:
        self.mastery = rules

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Read the rules."""
        yield cls(MasteryRules.read(environ))


async def level_of(
    db: Connection, student_id: UUID, topic: Topic | None, now: datetime, rules: MasteryRules
) -> Level:
    """Find a student's level in a topic, or over all begun topics; who has done nothing is a beginner."""
    [(zone, evidence)] = await evidence_of(db, [student_id], rules)
    today = local_day(now, zone)
    if topic is None:
        return level(average(evidence, masteries(evidence, today, rules)), rules)
    days = active_days(evidence.days, today, rules.days_window)
    return mastery(evidence.topic(topic), days, rules).level


async def level_in(
    db: Connection, student_id: UUID, topic: Topic, now: datetime, rules: MasteryRules
) -> Level | None:
    """Find a student's level in a topic; None when nothing of it was graded yet."""
    [(zone, evidence)] = await evidence_of(db, [student_id], rules)
    # Consistency alone gives points in every topic: without a grade they say nothing of this one.
    if not evidence.topic(topic).graded:
        return None
    days = active_days(evidence.days, local_day(now, zone), rules.days_window)
    return mastery(evidence.topic(topic), days, rules).level
