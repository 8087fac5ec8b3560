"""Build progress again from the events, beside the live projection."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from events.models import ActivityRecorded, ExerciseGenerated
from functions.progress import rows as rows
from functions.progress import store
from functions.progress.rules import MasteryRules
from functions.progress.store import derive_again
from functions.runtime import projection
from functions.runtime.database import Connection

TABLES = ("activities", "student_progress", "topic_progress", "exercise_results", "given_exercises")
NOT_ERASED = "NOT EXISTS (SELECT FROM erased_users e WHERE e.user_id = f.student_id)"
FACTS = f"""
INSERT INTO activities (generation, {rows.ACTIVITY_COLUMNS})
SELECT $1, f.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::jsonb[])
    AS f({rows.ACTIVITY_COLUMNS}) WHERE {NOT_ERASED}
ON CONFLICT DO NOTHING
"""
GIVEN = f"""
INSERT INTO given_exercises (generation, student_id, exercise_id, topic, difficulty, given_at)
SELECT $1, f.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])
    AS f(student_id, exercise_id, topic, difficulty, given_at) WHERE {NOT_ERASED}
ON CONFLICT DO NOTHING
"""
STUDENTS = "SELECT DISTINCT student_id FROM activities WHERE generation = $1 ORDER BY student_id"
BRING_FACTS = f"""
WITH missed AS (
    INSERT INTO activities (generation, {rows.ACTIVITY_COLUMNS})
    SELECT $2, {rows.ACTIVITY_COLUMNS} FROM activities WHERE generation = $1 AND recorded_at >= $3
    ON CONFLICT DO NOTHING RETURNING student_id)
SELECT DISTINCT student_id FROM missed
"""
BRING_GIVEN = """
INSERT INTO given_exercises (generation, student_id, exercise_id, topic, difficulty, given_at)
SELECT $2, student_id, exercise_id, topic, difficulty, given_at FROM given_exercises
 WHERE generation = $1 AND recorded_at >= $3
ON CONFLICT DO NOTHING
"""
KEEP_FACTS = f"""
INSERT INTO activities (generation, {rows.ACTIVITY_COLUMNS})
SELECT $1, {rows.ACTIVITY_COLUMNS} FROM activities f
 WHERE generation = {store.LIVE} AND occurred_at < $2 AND {NOT_ERASED}
ON CONFLICT DO NOTHING
"""
KEEP_GIVEN = f"""
INSERT INTO given_exercises (generation, student_id, exercise_id, topic, difficulty, given_at)
SELECT $1, student_id, exercise_id, topic, difficulty, given_at FROM given_exercises f
 WHERE generation = {store.LIVE} AND given_at < $2 AND {NOT_ERASED}
ON CONFLICT DO NOTHING
"""
KEEP = {"progress.events": KEEP_FACTS, "exercise.generated": KEEP_GIVEN}
RESULTS = f"SELECT student_id, {rows.TOPIC_COLUMNS} FROM topic_progress WHERE generation = "
DIFFERING = f"""
SELECT count(DISTINCT student_id) FROM (
    ({RESULTS} $1 EXCEPT {RESULTS} $2) UNION ALL ({RESULTS} $2 EXCEPT {RESULTS} $1)) AS differing
"""
PORTION = 500


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild of progress: `begin`, then `take` the events in any portions and order, then `finish`.

    The live projection keeps answering and taking events all the while. After an interrupt `resume` goes on.
    """

    topics: ClassVar[tuple[str, ...]] = tuple(KEEP)
    models: ClassVar[tuple[type, ...]] = (ActivityRecorded, ExerciseGenerated)

    db: Connection
    generation: int
    rules: MasteryRules

    @classmethod
    async def begin(cls, db: Connection, rules: MasteryRules) -> Rebuild:
        """Start an empty generation; a rebuild that was not finished is given up."""
        return cls(db, await projection.begin(db, "progress"), rules)

    @classmethod
    async def resume(cls, db: Connection, rules: MasteryRules) -> Rebuild | None:
        """Go on with a rebuild that was not finished; None when there is none."""
        generation = await projection.building(db, "progress")
        return None if generation is None else cls(db, generation, rules)

    async def take(self, events: Iterable[ActivityRecorded | ExerciseGenerated]) -> None:
        """Take events from the topics; other types are for the caller to leave out."""
        known = list(events)
        facts = [rows.activity_values(event) for event in known if isinstance(event, ActivityRecorded)]
        given = [
            (event.student_id, event.exercise_id, event.topic, event.difficulty, event.occurred_at)
            for event in known
            if isinstance(event, ExerciseGenerated)
        ]
        if facts:
            await self.db.execute(FACTS, self.generation, *zip(*facts, strict=True))
        if given:
            await self.db.execute(GIVEN, self.generation, *zip(*given, strict=True))

    async def keep(self, topic: str, before: datetime) -> None:
        """Keep the facts from before a time that came by a topic, where it no longer has them."""
        await self.db.execute(KEEP[topic], self.generation, before)

    async def derive(self) -> None:
        """Derive every student from the events so far."""
        students = [row["student_id"] for row in await self.db.fetch(STUDENTS, self.generation)]
        for portion in portions(students):
            async with self.db.transaction():
                await derive_again(self.db, self.generation, portion, self.rules)

    async def finish(self) -> int:
        """Derive every student, change over, and delete what is no longer needed.

        Returns how many students' results differ from those before.
        """
        await self.derive()
        before = await projection.finish(self.db, "progress", self.generation, self._catch_up, TABLES)
        differing = await self.db.fetchval(DIFFERING, before, self.generation)
        await projection.clear(self.db, "progress", TABLES)
        return int(differing)

    async def _catch_up(self, db: Connection, live: int, generation: int, since: datetime) -> None:
        missed = await db.fetch(BRING_FACTS, live, generation, since)
        await db.execute(BRING_GIVEN, live, generation, since)
        for portion in portions([row["student_id"] for row in missed]):
            await derive_again(db, generation, portion, self.rules)


def portions(students: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Cut a list of students into portions."""
    rest = iter(students)
    while portion := list(itertools.islice(rest, PORTION)):
        yield portion
