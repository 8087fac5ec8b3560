"""Parts of material that several agents gather: the exercise at hand, and what the library has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from events.models import Level
from functions.grading.checks import Test, shown_result
from functions.grading.grades import TestResult
from functions.guardrails.exercises_at_hand import ExerciseAtHand, tests_of
from functions.knowledge.languages import Language, for_search
from functions.knowledge.library import depth_of, library
from functions.knowledge.search import search
from functions.runtime.database import Connection
from functions.telling.material import ExerciseText, FoundEntry

MAX_FOUND = 3
MAX_TESTS = 6
GRADE = """
SELECT g.passed, g.total, g.tests, s.code FROM submissions s JOIN grades g USING (submission_id)
 WHERE s.student_id = $1 AND s.exercise_id = $2 ORDER BY g.created_at DESC LIMIT 1
"""


async def exercise_text(
    db: Connection, student_id: UUID, exercise: ExerciseAtHand | None, code: str | None
) -> ExerciseText | None:
    """Tell an exercise as the student knows it, with the newest grade, and its results for `code`."""
    if exercise is None or not exercise.title:
        return None
    row = await db.fetchrow(GRADE, student_id, exercise.exercise_id)
    tests = tests_of(exercise)
    grade, results = "", tuple[str, ...]()
    if row is not None:
        grade = f"{row['passed']} of {row['total']} tests pass"
        same = not code or row["code"].strip() == code.strip()
        grade += "" if same else " (an earlier program)"
        results = tuple(_results(msgspec.json.decode(row["tests"], type=list[TestResult]))) if same else ()
    return ExerciseText(
        title=exercise.title,
        instructions=exercise.instructions,
        starter=exercise.starter,
        tests=tuple(_visible(tests)),
        grade=grade,
        results=results,
    )


def _visible(tests: Sequence[Test]) -> Iterator[str]:
    for test in [one for one in tests if not one.hidden][:MAX_TESTS]:
        done = f"the input {test.source!r} prints" if test.kind == "stdin" else f"`{test.source}` gives"
        yield f"{test.name}: {done} `{shown_result(test)}`"


def _results(results: Sequence[TestResult]) -> Iterator[str]:
    """Tell what each test said; of a hidden one only its hint, which the student has read."""
    for one in results:
        name = "a hidden test" if one.hidden else one.name
        yield f"{name}: {'passes' if one.passed else f'fails. {one.message}'}"


def found_entries(text: str, level: Level, language: Language | None = None) -> tuple[FoundEntry, ...]:
    """Give the three cards or entries that fit a text best, as they are told at a level."""
    asked = for_search(text, language) if language is not None else text
    books, found = library(), []
    for one in search(asked)[:MAX_FOUND]:
        concept = books.concepts.get(one.id)
        card = concept.cards[depth_of(level)] if concept is not None else books.entries[one.id]
        example = f"\n```python\n{card.example}\n```" if card.example.strip() else ""
        found.append(FoundEntry(one.id, books.title(one.id), one.score, f"{card.text}{example}"))
    return tuple(found)
