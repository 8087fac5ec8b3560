"""Building a projection again from its events, beside the live one.

`begin` starts an empty generation, `take` takes events in any portions and order, `finish` derives every
student and changes over. The live projection keeps answering and taking events all the while; after an
interrupt `resume` goes on. Cost: one insert for each portion of events, and one derivation for each student.
It fails with NotBuilding when a later rebuild took over.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from functions.runtime import projection
from functions.runtime.database import Connection
from functions.runtime.erasure import is_erased

Rules = TypeVar("Rules")
TAKE = """
INSERT INTO {table} (generation, {columns})
SELECT $1, f.* FROM unnest({arrays}) AS f({columns}) WHERE NOT {erased}
ON CONFLICT DO NOTHING
"""
KEEP = """
INSERT INTO {table} (generation, {columns})
SELECT $1, {columns} FROM {table} f WHERE generation = {live} AND {at} < $2 AND NOT {erased}
ON CONFLICT DO NOTHING
"""
BRING = """
WITH missed AS (
    INSERT INTO {table} (generation, {columns})
    SELECT $2, {columns} FROM {table} WHERE generation = $1 AND recorded_at >= $3
    ON CONFLICT DO NOTHING RETURNING student_id)
SELECT DISTINCT student_id FROM missed
"""
STUDENTS = "SELECT DISTINCT student_id FROM {table} WHERE generation = $1 ORDER BY student_id"
DIFFERING = """
SELECT count(DISTINCT student_id) FROM (
    ({results} $1 EXCEPT {results} $2) UNION ALL ({results} $2 EXCEPT {results} $1)) AS differing
"""


@dataclass(frozen=True, slots=True)
class FactTable:
    """A table of facts of a projection: the topic they come by, and the statements that move them.

    `take` has an array for each column; `keep` copies live facts from before a time, `bring` those that
    came since one.
    """

    topic: str
    take: str
    keep: str
    bring: str
    students: str

    @classmethod
    def of(
        cls, projected: projection.Name, topic: str, table: str, columns: str, *, types: str, at: str
    ) -> FactTable:
        """Make the statements; `columns` and `types` go together, and `at` names the column of the time."""
        arrays = ", ".join(f"${number}::{kind.strip()}[]" for number, kind in enumerate(types.split(","), 2))
        names = {
            "table": table,
            "columns": columns,
            "arrays": arrays,
            "at": at,
            "live": projection.LIVE.format(name=projected),
            "erased": is_erased("f.student_id"),
        }
        return cls(topic, *(text.format(**names) for text in (TAKE, KEEP, BRING, STUDENTS)))


def differing(results: str) -> str:
    """Make the statement that counts students whose rows differ; `results` ends with `generation =`."""
    return DIFFERING.format(results=results)


@dataclass(frozen=True, slots=True)
class ProjectionRebuild(ABC, Generic[Rules]):
    """A rebuild of one projection; a subclass names its tables and derives students from their facts."""

    name: ClassVar[projection.Name]
    tables: ClassVar[tuple[str, ...]]
    facts: ClassVar[tuple[FactTable, ...]]
    topics: ClassVar[tuple[str, ...]]
    models: ClassVar[tuple[type, ...]]
    differing: ClassVar[str]
    portion: ClassVar[int]

    db: Connection
    generation: int
    rules: Rules

    @classmethod
    async def begin(cls, db: Connection, rules: Rules) -> Self:
        """Start an empty generation; a rebuild that was not finished is given up."""
        return cls(db, await projection.begin(db, cls.name), rules)

    @classmethod
    async def resume(cls, db: Connection, rules: Rules) -> Self | None:
        """Go on with a rebuild that was not finished; None when there is none."""
        generation = await projection.building(db, cls.name)
        return None if generation is None else cls(db, generation, rules)

    @abstractmethod
    def records(self, events: Iterable[Any]) -> Sequence[list[tuple[Any, ...]]]:
        """Turn events into rows, a list for each table of `facts`."""

    @abstractmethod
    async def derive_students(self, db: Connection, generation: int, students: list[UUID]) -> None:
        """Derive students from their facts alone, in the transaction of the caller."""

    async def missed(self, db: Connection, live: int, since: datetime) -> set[UUID]:
        """Bring over what came to the live generation, and name the students to be derived anew."""
        found: set[UUID] = set()
        for table in self.facts:
            found |= {row["student_id"] for row in await db.fetch(table.bring, live, self.generation, since)}
        return found

    async def take(self, events: Iterable[Any]) -> None:
        """Take events from the topics; other types are for the caller to leave out."""
        for table, rows in zip(self.facts, self.records(list(events)), strict=True):
            if rows:
                await self.db.execute(table.take, self.generation, *zip(*rows, strict=True))

    async def keep(self, topic: str, before: datetime) -> None:
        """Keep the facts from before a time that came by a topic, where it no longer has them."""
        for table in self.facts:
            if table.topic == topic:
                await self.db.execute(table.keep, self.generation, before)

    async def derive(self) -> None:
        """Derive every student from the events so far."""
        rows = await self.db.fetch(self.facts[0].students, self.generation)
        for students in portions([row["student_id"] for row in rows], self.portion):
            async with self.db.transaction():
                await self.derive_students(self.db, self.generation, students)

    async def finish(self) -> int:
        """Derive every student, change over, and delete what is no longer needed.

        Returns how many students' results differ from those before.
        """
        await self.derive()
        before = await projection.finish(self.db, self.name, self.generation, self._catch_up, self.tables)
        count = await self.db.fetchval(self.differing, before, self.generation)
        await projection.clear(self.db, self.name, self.tables)
        return int(count)

    async def _catch_up(self, db: Connection, live: int, generation: int, since: datetime) -> None:
        for students in portions(sorted(await self.missed(db, live, since)), self.portion):
            await self.derive_students(db, generation, students)


def portions(students: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """Cut a list of students into portions."""
    rest = iter(students)
    while portion := list(itertools.islice(rest, size)):
        yield portion
