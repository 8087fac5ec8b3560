"""Who may have what graded again, and how the difference is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person
from tests.integration.gateway.test_hand_ins import exercise, hand_in

BEFORE = {"score": 1.0, "passed": 2, "total": 2, "tests": [], "graded_at": "2026-11-24T09:00:00+00:00"}
AFTER = {"score": 0.5, "passed": 1, "total": 2, "tests": [], "graded_at": "2026-11-25T09:00:00+00:00"}
MASTERY = {
    "topic": "functions",
    "before": 10.0,
    "after": 6.0,
    "level_before": "beginner",
    "level_after": "beginner",
}
NOW = {"wait": 0}


@pytest.fixture
async def class_of(teacher: Person, sign_up: Callable[..., Person]) -> Callable[[], Person]:
    made = teacher.http.post("/classes", json={"name": "Python 1"}).json()

    def enrol() -> Person:
        student = sign_up()
        student.http.post("/classes/join", json={"join_code": made["join_code"]})
        return student

    return enrol


async def events(db: asyncpg.Connection) -> dict[str, dict[str, Any]]:
    """What was asked of the exercise function, by student."""
    rows = await db.fetch("SELECT data FROM outbox WHERE attributes ->> 'type' LIKE '%regrade.requested%'")
    found = [json.loads(bytes(row["data"])) for row in rows]
    return {one["student_id"]: one for one in found}


async def test_all_variations_that_ones_own_students_have_are_graded_again(
    teacher: Person, class_of: Callable[[], Person], sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    maya, noor, elsewhere = class_of(), class_of(), sign_up()
    task = await exercise(db, maya, bank="functions/double")
    second = await exercise(db, maya, bank="functions/double")
    other = await exercise(db, noor, bank="functions/double")
    await exercise(db, noor, bank="functions/half")
    await exercise(db, elsewhere, bank="functions/double")
    answer = teacher.http.post(f"/exercises/{task}/regrade", json={"dry_run": True}, params=NOW)
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    asked = await events(db)
    assert {name: one["exercise_ids"] for name, one in asked.items()} == {
        maya.id: sorted([task, second]),
        noor.id: [other],
    }
    assert {one["dry_run"] for one in asked.values()} == {True}
    assert {look["what"] for look in maya.http.get("/me/views").json()["items"]} == {"regrade"}


async def test_an_exercise_that_a_teacher_wrote_is_named_by_its_own_id(
    teacher: Person, class_of: Callable[[], Person], sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    maya, authored = class_of(), uuid4()
    task = await exercise(db, maya, bank=f"authored/{authored}")
    await db.execute(
        "INSERT INTO authored_exercises (exercise_id, teacher_id, status, content)"
        " VALUES ($1, $2, 'published', '{}')",
        authored,
        UUID(teacher.id),
    )
    await db.execute("UPDATE exercises SET authored_id = $2 WHERE exercise_id = $1", UUID(task), authored)
    answer = teacher.http.post(f"/exercises/{authored}/regrade", json={"dry_run": True}, params=NOW)
    assert (answer.status_code, (await events(db))[maya.id]["exercise_ids"]) == (202, [task])
    stranger = sign_up("teacher").http.post(f"/exercises/{authored}/regrade", json={"dry_run": True})
    assert stranger.status_code == 404


async def test_the_difference_is_told_and_the_old_grade_stays(
    teacher: Person, class_of: Callable[[], Person], db: asyncpg.Connection
) -> None:
    maya = class_of()
    task = await exercise(db, maya)
    submission_id = await hand_in(db, maya, task, 0.5)
    body = {"dry_run": False, "reason": "The third test was wrong."}
    made = teacher.http.post(f"/exercises/{task}/regrade", json=body, params=NOW).json()
    regrade_id = UUID(made["regrade_id"])
    await db.execute(
        "INSERT INTO regraded_submissions (regrade_id, submission_id, student_id, exercise_id, before, after)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        *(regrade_id, UUID(submission_id), UUID(maya.id), UUID(task)),
        *(json.dumps(BEFORE), json.dumps(AFTER)),
    )
    await db.execute(
        "UPDATE regraded_students SET status = 'done', submissions = 1, mastery = $2 WHERE regrade_id = $1",
        regrade_id,
        json.dumps([MASTERY]),
    )
    found = teacher.http.get(f"/exercises/{task}/regrades/{regrade_id}").json()
    student = {"student_id": maya.id, "display_name": "Person"}
    short = [{name: one[name] for name in ("score", "passed", "total")} for one in (BEFORE, AFTER)]
    assert found["grades"] == [
        {
            "submission_id": submission_id,
            "exercise_id": task,
            "student": student,
            "before": short[0],
            "after": short[1],
        }
    ]
    assert found["mastery"] == [{"student": student, **MASTERY}]
    assert (found["alerts"], found["summary"]) == ([], "1 grade, 1 mastery number and 0 alerts differ.")
    [earlier] = maya.http.get(f"/submissions/{submission_id}").json()["earlier_grades"]
    assert (earlier["score"], earlier["reason"]) == (1.0, body["reason"])


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "dry_run"), ({"dry_run": "yes"}, "dry_run"), ({"dry_run": True, "tests": []}, "tests")],
)
async def test_what_is_wrong_is_named(
    teacher: Person, class_of: Callable[[], Person], db: asyncpg.Connection, body: dict[str, Any], field: str
) -> None:
    task = await exercise(db, class_of())
    answer = teacher.http.post(f"/exercises/{task}/regrade", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
