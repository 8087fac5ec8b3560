"""Build progress again from the events, beside the live projection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from events.models import ActivityRecorded, ExerciseGenerated
from functions.progress import rows
from functions.progress.rules import MasteryRules
from functions.progress.store import derive_again
from functions.runtime.database import Connection
from functions.runtime.projection import Name
from functions.runtime.rebuild import FactTable, ProjectionRebuild, differing

FACTS = (
    FactTable.of(
        "progress", "progress.events", "activities", rows.ACTIVITY_COLUMNS,
        types="uuid, uuid, text, text, timestamptz, jsonb", at="occurred_at",
    ),
    FactTable.of(
        "progress", "exercise.generated", "given_exercises",
        "student_id, exercise_id, topic, difficulty, given_at",
        types="uuid, uuid, text, text, timestamptz", at="given_at",
    ),
)  # fmt: skip
RESULTS = f"SELECT student_id, {rows.TOPIC_COLUMNS} FROM topic_progress WHERE generation ="


@dataclass(frozen=True, slots=True)
class Rebuild(ProjectionRebuild[MasteryRules]):
    """A rebuild of progress."""

    name: ClassVar[Name] = "progress"
    tables: ClassVar[tuple[str, ...]] = (
        "activities", "student_progress", "topic_progress", "exercise_results", "given_exercises",
    )  # fmt: skip
    facts: ClassVar[tuple[FactTable, ...]] = FACTS
    topics: ClassVar[tuple[str, ...]] = tuple(table.topic for table in FACTS)
    models: ClassVar[tuple[type, ...]] = (ActivityRecorded, ExerciseGenerated)
    differing: ClassVar[str] = differing(RESULTS)
    portion: ClassVar[int] = 500

    def records(self, events: Iterable[Any]) -> Sequence[list[tuple[Any, ...]]]:
        """Turn events into activities and exercises that were given."""
        known = list(events)
        return (
            [rows.activity_values(event) for event in known if isinstance(event, ActivityRecorded)],
            [
                (event.student_id, event.exercise_id, event.topic, event.difficulty, event.occurred_at)
                for event in known
                if isinstance(event, ExerciseGenerated)
            ],
        )

    async def derive_students(self, db: Connection, generation: int, students: list[UUID]) -> None:
        """Derive all students of a portion together."""
        await derive_again(db, generation, students, self.rules)
