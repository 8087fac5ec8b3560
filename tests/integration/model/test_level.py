"""An explanation is written for what a student has mastered, whatever the request says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from events.models import ActivityDetail, ActivityRecorded
from functions.knowledge.library import library
from functions.progress import rows as rows
from functions.progress.rules import MasteryRules
from functions.progress.store import derive_again
from tests.integration.model.test_model import CONCEPT, PEOPLE, answered_last, request


def evidence(student_id: UUID, now: datetime, topic: str) -> list[ActivityRecorded]:
    """Ten exercises solved, three quizzes passed and five good reviews, in one week."""
    made = [
        ("exercise.completed", n, {"score": 1.0, "difficulty": "hard", "exercise_id": uuid4()})
        for n in range(10)
    ]
    made += [("quiz.graded", n, {"score": 1.0, "quiz_id": uuid4()}) for n in range(3)]
    made += [("code.reviewed", n, {"quality": 95.0, "submission_id": uuid4()}) for n in range(5)]
    return [
        ActivityRecorded(
            activity_id=uuid4(),
            student_id=student_id,
            kind=kind,  # type: ignore[arg-type]  # one of the kinds
            topic=topic,  # type: ignore[arg-type]  # one of the topics
            occurred_at=now - timedelta(days=number % 6, minutes=1),
            detail=ActivityDetail(**detail),  # type: ignore[arg-type]  # by kind
        )
        for kind, number, detail in made
    ]


async def test_the_level_of_an_explanation_comes_from_mastery_of_its_topic(
    start: Any, sinks: Any, ids: Any, db: Any
) -> None:
    student = UUID(ids["student_id"])
    await db.execute(PEOPLE, [ids["student_id"]])
    facts = [
        (1, *rows.activity_values(fact)) for fact in evidence(student, datetime.now(UTC), "control-flow")
    ]
    columns = ["generation", *rows.ACTIVITY_COLUMNS.split(", ")]
    await db.copy_records_to_table("activities", records=facts, columns=columns)
    await derive_again(db, 1, [student], MasteryRules())
    function = start("concepts")
    cards = library().concepts

    function.send(CONCEPT, request(ids))
    assert cards["for-loop"].cards["proficient"].text in answered_last(sinks)["text"]
    # in a topic in which nothing was graded yet the request says it, and so it does for a newcomer
    other = {**request(ids, "What is inheritance?"), "topic": "oop"}
    function.send(CONCEPT, other)
    assert cards["inheritance"].cards["beginner"].text in answered_last(sinks)["text"]
    function.send(CONCEPT, {**request(ids), "student_id": str(uuid4())})
    assert cards["for-loop"].cards["beginner"].text in answered_last(sinks)["text"]
