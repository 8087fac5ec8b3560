"""Assignments: given to a class, due, late, extended, closed, and counted in the marks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person
from tests.integration.gateway.test_hand_ins import class_id as class_id
from tests.integration.gateway.test_hand_ins import enrol as enrol
from tests.integration.gateway.test_hand_ins import exercise, hand_in
from tests.integration.gateway.test_hand_ins import pupil as pupil

WISH = {"topic": "functions", "difficulty": "easy"}
BACK = "UPDATE submissions SET created_at = $2 WHERE submission_id = $1"


def at(**ago: float) -> str:
    return (datetime.now(UTC) + timedelta(**ago)).isoformat()


def give(teacher: Person, class_id: str, **fields: Any) -> str:
    answer = teacher.http.post(f"/classes/{class_id}/assignments", json=fields)
    assert answer.status_code == 201, answer.text
    assignment_id: str = answer.json()["assignment_id"]
    return assignment_id


def own(person: Person, assignment_id: str) -> dict[str, Any]:
    items = person.http.get("/assignments").json()["items"]
    [found] = [one for one in items if one["assignment_id"] == assignment_id]
    return dict(found)


def blamed(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, [one["field"] for one in answer.json()["errors"]]


async def test_all_of_a_class_get_the_same_exercise_until_its_date(
    teacher: Person, class_id: str, enrol: Callable[[], Person], db: asyncpg.Connection
) -> None:
    maya, noor = enrol(), enrol()
    task = await exercise(db, teacher, "Double it", "functions/double")
    made = give(teacher, class_id, exercise_id=task, title="Homework", due=at(days=2))
    late_comer = enrol()
    shown = [own(one, made) for one in (maya, noor, late_comer)]
    assert {(one["title"], one["state"], one["submissions"]) for one in shown} == {("Homework", "open", 0)}
    ids = {one["exercise_id"] for one in shown}
    assert len(ids | {task}) == 4, "everyone has a copy of their own"
    for person, one in zip((maya, noor, late_comer), shown, strict=True):
        got = person.http.get(f"/exercises/{one['exercise_id']}").json()
        assert (got["title"], got["status"], got["assigned"]["note"]) == ("Double it", "ready", "Homework")
        assert person.http.get("/exercises").json()["items"][0]["exercise_id"] == one["exercise_id"]
    await hand_in(db, maya, shown[0]["exercise_id"], 0.5)
    assert own(maya, made) | {"closes": None} == shown[0] | {
        "state": "submitted",
        "submissions": 1,
        "score": 0.5,
        "closes": None,
    }
    of_teacher = own(teacher, made)
    assert (of_teacher["students"], of_teacher["handed_in"], of_teacher["exercise_id"]) == (3, 1, task)
    assert own(noor, made)["state"] == "open"


async def test_each_gets_an_exercise_of_their_own_on_a_topic(
    teacher: Person, class_id: str, enrol: Callable[[], Person], db: asyncpg.Connection
) -> None:
    maya, noor = enrol(), enrol()
    body = {**WISH, "concept": "recursion", "students": [maya.id]}
    headers = {"Idempotency-Key": "once"}
    path = f"/classes/{class_id}/assignments"
    made, again = (teacher.http.post(path, json=body, headers=headers).json() for _ in range(2))
    assert made == again
    [got] = maya.http.get("/assignments").json()["items"]
    assert noor.http.get("/assignments").json()["items"] == []
    assert maya.http.get(f"/exercises/{got['exercise_id']}").json()["status"] == "pending"
    rows = await db.fetch(
        "SELECT convert_from(data, 'utf8') AS data FROM outbox WHERE attributes ->> 'subject' = $1", maya.id
    )
    asked = [one for one in (json.loads(row["data"]) for row in rows) if "difficulty" in one]
    assert [(one["exercise_id"], one["concept"]) for one in asked] == [(got["exercise_id"], "recursion")]


async def test_what_opens_later_is_not_there_before(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    made = give(teacher, class_id, **WISH, opens=at(hours=1), due=at(hours=2))
    assert (own(pupil, made)["state"], own(pupil, made)["exercise_id"]) == ("upcoming", None)
    assert pupil.http.get("/exercises").json()["items"] == []
    assert teacher.http.patch(f"/assignments/{made}", json={"opens": at(hours=-1)}).status_code == 200
    assert own(pupil, made)["state"] == "open"
    assert own(pupil, made)["exercise_id"] is not None


async def test_nothing_is_taken_after_the_end_except_from_who_has_more_time(
    teacher: Person, class_id: str, enrol: Callable[[], Person], db: asyncpg.Connection
) -> None:
    maya, noor = enrol(), enrol()
    task = await exercise(db, teacher)
    made = give(teacher, class_id, exercise_id=task, due=at(minutes=-5))
    assert [own(one, made)["state"] for one in (maya, noor)] == ["missed", "missed"]
    more = {"student_id": maya.id, "due": at(days=1)}
    extended = teacher.http.post(f"/assignments/{made}/extensions", json=more)
    assert (extended.status_code, extended.json()["assignment_id"]) == (201, made)
    assert own(maya, made)["state"] == "open"
    await hand_in(db, maya, own(maya, made)["exercise_id"])
    body = {"code": "x = 1", "exercise_id": own(noor, made)["exercise_id"]}
    refused = noor.http.post("/submissions", json=body)
    assert blamed(refused) == (409, ["exercise_id"])
    assert "closed on" in refused.json()["detail"]
    assert noor.http.get("/submissions").json()["items"] == []


async def test_lateness_costs_the_mark_and_not_the_grade(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    task = await exercise(db, teacher)
    late = {"percent_a_day": 10.0, "until": at(days=3)}
    made = give(teacher, class_id, exercise_id=task, due=at(hours=-25), late=late)
    assert own(pupil, made)["state"] == "late"
    done = await hand_in(db, pupil, own(pupil, made)["exercise_id"], 1.0)
    assert pupil.http.get(f"/submissions/{done}").json()["grade"]["score"] == 1.0
    assert own(pupil, made)["score"] == pytest.approx(0.8)
    path = f"/classes/{class_id}/marks"
    [mark] = teacher.http.get(path, params={"assignment_id": made}).json()["students"][0]["marks"]
    assert (mark["computed_score"], mark["assignment_id"]) == (1.0, made)
    assert mark["score"] == pytest.approx(0.8)
    assert mark["late_penalty"] == pytest.approx(0.2)
    csv = teacher.http.get(path, params={"assignment_id": made, "format": "csv", "for": "moodle"})
    assert csv.text.splitlines()[1].endswith(",80")
    before = teacher.http.get(path, params={"until": at(hours=-1)}).json()["students"][0]["marks"]
    assert before == []
    teacher.http.post(f"/submissions/{done}/override", json={"score": 0.95, "reason": "Was ill."})
    [mark] = teacher.http.get(path).json()["students"][0]["marks"]
    assert (mark["score"], mark["late_penalty"]) == (0.95, 0.0)


async def test_attempts_are_counted(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    made = give(teacher, class_id, exercise_id=await exercise(db, teacher), attempts=1)
    got = own(pupil, made)["exercise_id"]
    await hand_in(db, pupil, got)
    assert blamed(pupil.http.post("/submissions", json={"code": "1", "exercise_id": got}))[0] == 409


async def test_scores_are_seen_once_the_teacher_shows_them(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    made = give(teacher, class_id, exercise_id=await exercise(db, teacher), show_score=False)
    got = own(pupil, made)["exercise_id"]
    done = await hand_in(db, pupil, got, 1.0)
    places = (
        lambda: own(pupil, made)["score"],
        lambda: pupil.http.get(f"/submissions/{done}").json()["grade"],
        lambda: pupil.http.get("/submissions").json()["items"][0]["grade"],
        lambda: pupil.http.get(f"/exercises/{got}").json()["best"],
        lambda: pupil.http.get("/exercises").json()["items"][0]["best"],
    )
    assert [look() for look in places] == [None] * 5
    assert pupil.http.get(f"/submissions/{done}").json()["withheld"] is True
    assert teacher.http.get(f"/submissions/{done}").json()["grade"]["score"] == 1.0
    teacher.http.patch(f"/assignments/{made}", json={"show_score": True})
    assert all(look() is not None for look in places)


def test_a_quiz_is_the_same_for_all(teacher: Person, class_id: str, enrol: Callable[[], Person]) -> None:
    maya, noor = enrol(), enrol()
    quiz = teacher.http.post("/quizzes", json={"topic": "oop"}).json()
    made = give(teacher, class_id, quiz_id=quiz["quiz_id"], show_score=False, due=at(days=1))
    asked = []
    for one in (maya, noor):
        got = own(one, made)
        assert got["exercise_id"] is None
        asked.append(one.http.get(f"/quizzes/{got['quiz_id']}").json()["questions"])
    assert asked == [quiz["questions"]] * 2
    path = f"/quizzes/{own(maya, made)['quiz_id']}"
    for _ in range(2):
        result = maya.http.post(f"{path}/answers", json={"answers": {}}).json()
        assert (result["score"], result["withheld"]) == (None, True)
    assert maya.http.get(path).json()["result"]["score"] is None
    assert (own(maya, made)["state"], own(maya, made)["score"]) == ("done", None)
    teacher.http.patch(f"/assignments/{made}", json={"show_score": True, "due": at(minutes=-1)})
    assert maya.http.get(path).json()["result"]["score"] == 0.0
    answers = noor.http.post(f"/quizzes/{own(noor, made)['quiz_id']}/answers", json={"answers": {}})
    assert answers.status_code == 409
    marks = teacher.http.get(f"/classes/{class_id}/marks", params={"assignment_id": made}).json()["students"]
    assert sorted(len(one["marks"]) for one in marks) == [0, 1]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "exercise_id"),
        ({"topic": "oop"}, "difficulty"),
        ({"difficulty": "easy"}, "topic"),
        ({**WISH, "quiz_id": str(uuid4())}, "topic"),
        ({**WISH, "concept": "no such concept"}, "concept"),
        ({**WISH, "opens": at(days=2), "due": at(days=1)}, "due"),
        ({**WISH, "due": "2026-12-01T10:00:00"}, "due"),
        ({**WISH, "due": at(days=1), "late": {"percent_a_day": 101.0}}, "late.percent_a_day"),
        ({**WISH, "due": at(days=1), "late": {"percent_a_day": -1.0}}, "late.percent_a_day"),
        ({**WISH, "due": at(days=2), "late": {"until": at(days=1)}}, "late.until"),
        ({**WISH, "late": {"percent_a_day": 10.0}}, "late"),
        ({**WISH, "students": [str(uuid4())]}, "students"),
        ({**WISH, "students": []}, "students"),
        ({**WISH, "deadline": at(days=1)}, "deadline"),
        ({**WISH, "late": {"percent": 1}}, "late.percent"),
    ],
)
def test_a_wrong_field_is_named(teacher: Person, class_id: str, fields: dict[str, Any], named: str) -> None:
    assert blamed(teacher.http.post(f"/classes/{class_id}/assignments", json=fields)) == (422, [named])
    assert teacher.http.get("/assignments").json()["items"] == []


def test_an_extension_names_what_is_wrong(teacher: Person, class_id: str, pupil: Person) -> None:
    made = give(teacher, class_id, **WISH, due=at(days=2))
    path = f"/assignments/{made}/extensions"
    for body, named in (
        ({"student_id": str(uuid4()), "due": at(days=3)}, "student_id"),
        ({"student_id": pupil.id, "due": at(days=1)}, "due"),
        ({"student_id": pupil.id, "due": at(days=3), "why": "ill"}, "why"),
    ):
        assert blamed(teacher.http.post(path, json=body)) == (422, [named])


async def test_a_class_that_was_left_gives_nothing_more(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    made = give(teacher, class_id, exercise_id=await exercise(db, teacher), due=at(days=-1))
    got = own(pupil, made)["exercise_id"]
    assert pupil.http.delete(f"/classes/{class_id}/students/{pupil.id}").status_code == 204
    assert pupil.http.get("/assignments").json()["items"] == []
    await hand_in(db, pupil, got)


async def test_students_hear_of_assignments_and_of_what_is_said(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    made = give(teacher, class_id, exercise_id=await exercise(db, teacher))
    done = await hand_in(db, pupil, own(pupil, made)["exercise_id"])
    teacher.http.post(f"/submissions/{done}/comments", json={"text": "Nice."})
    told = await db.fetch("SELECT kind, data FROM stream_events WHERE user_id = $1", UUID(pupil.id))
    kinds = [(row["kind"], json.loads(row["data"])) for row in told]
    assert ("submission", {"submission_id": done, "agent": "teacher"}) in kinds
    assert [data["assignment_id"] for kind, data in kinds if kind == "assignment"] == [made]


def test_what_was_taken_back_is_gone(teacher: Person, class_id: str, pupil: Person) -> None:
    made = give(teacher, class_id, **WISH)
    assert teacher.http.delete(f"/assignments/{made}").status_code == 204
    assert pupil.http.get("/assignments").json()["items"] == []
    assert teacher.http.delete(f"/assignments/{made}").status_code == 404
