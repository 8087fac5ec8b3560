"""Executions, submissions, exercises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from functions.runtime.sandbox import fair_key_of
from tests.integration.gateway.conftest import Person, Runner
from tests.support.sinks import Sinks

RESULT: dict[str, Any] = {
    "status": "error",
    "exit_code": 1,
    "signal": None,
    "stdout": "hi\n",
    "stderr": "Traceback",
    "truncated": {"stdout": False, "stderr": False},
    "duration_ms": 12.5,
    "cpu_ms": 8.0,
    "peak_memory_bytes": 9_000_000,
    "error": {"type": "NameError", "message": "name 'x' is not defined", "line": 1, "traceback": "..."},
}


def of(sinks: Sinks, person: Person, sink: str) -> list[Any]:
    return [e for e in sinks.to(sink) if e.attributes["subject"] == person.id]


def test_the_runners_result_is_the_answer(student: Person, runner: Runner, gateway_sinks: Sinks) -> None:
    runner.body = RESULT
    answer = student.http.post("/executions", json={"code": "print('hi')\nx", "stdin": "7"})
    assert (answer.status_code, answer.json()) == (200, RESULT)
    [seen] = runner.seen
    key = seen.pop("fair_key")
    assert seen == {"code": "print('hi')\nx", "stdin": "7"}
    assert key == fair_key_of(UUID(student.id))  # whose it is, and not who that is
    gateway_sinks.wait(lambda: len(of(gateway_sinks, student, "progress-events")) == 2)
    events = [e.data for e in of(gateway_sinks, student, "progress-events")]
    assert {e["kind"] for e in events} == {"code.executed", "error.seen"}
    assert {e["detail"]["error_type"] for e in events} == {"NameError"}


@pytest.mark.parametrize(
    ("status", "headers", "wait"), [(503, {"retry-after": "3"}, "3"), (504, {}, "2"), (502, {}, "2")]
)
def test_no_room_is_a_503_and_no_activity(
    student: Person, runner: Runner, gateway_sinks: Sinks, status: int, headers: dict[str, str], wait: str
) -> None:
    runner.status, runner.headers, runner.body = status, headers, {}
    answer = student.http.post("/executions", json={"code": "1"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, wait)
    assert of(gateway_sinks, student, "progress-events") == []


def test_our_own_failure_is_told_but_not_counted(
    student: Person, runner: Runner, gateway_sinks: Sinks
) -> None:
    runner.status, runner.body = 500, {"status": "internal_error"}
    answer = student.http.post("/executions", json={"code": "1"})
    assert (answer.status_code, answer.json()["status"]) == (200, "internal_error")
    assert of(gateway_sinks, student, "progress-events") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "x" * 20_001}, "code"),
        ({}, "code"),
        ({"code": "a\x00"}, "code"),
        ({"code": "1", "stdin": 7}, "stdin"),
    ],
)
def test_a_wrong_program_names_its_field(student: Person, body: object, field: str) -> None:
    answer = student.http.post("/executions", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_the_largest_program_is_taken(student: Person, runner: Runner) -> None:
    assert student.http.post("/executions", json={"code": "#" * 20_000}).status_code == 200


async def ready_exercise(db: asyncpg.Connection, person: Person, **fields: Any) -> str:
    exercise_id = uuid4()
    await db.execute(
        "INSERT INTO exercises (exercise_id, student_id, status, topic, difficulty, title, instructions, "
        "starter_code, examples, solution, tests) "
        "VALUES ($1, $2, 'ready', 'oop', 'easy', 'T', 'I', 'S', '[1]', 'the solution', '[\"hidden\"]')",
        exercise_id,
        UUID(person.id),
    )
    return str(exercise_id)


def test_an_exercise_is_asked_for(student: Person, gateway_sinks: Sinks) -> None:
    body = {"topic": "oop", "difficulty": "easy"}
    answer = student.http.post("/exercises", json=body)
    exercise_id = answer.json()["exercise_id"]
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    assert student.http.get(f"/exercises/{exercise_id}").json()["status"] == "pending"
    gateway_sinks.wait(lambda: bool(of(gateway_sinks, student, "exercise-requests")))
    event = of(gateway_sinks, student, "exercise-requests")[0].data
    assert event == {"exercise_id": exercise_id, "student_id": student.id, **body}


def test_an_exercise_is_wished_on_a_concept(student: Person, gateway_sinks: Sinks) -> None:
    listed = student.http.get("/concepts").json()
    assert len(listed) >= 60
    assert {"id": "recursion", "title": "Recursion", "topic": "functions"} in listed
    body = {"topic": "functions", "difficulty": "easy", "concept": "recursion"}
    answer = student.http.post("/exercises", json=body)
    exercise_id = answer.json()["exercise_id"]
    assert answer.status_code == 202
    shown = student.http.get(f"/exercises/{exercise_id}").json()
    assert (shown["concepts"], shown["note"]) == ([], None)
    gateway_sinks.wait(lambda: bool(of(gateway_sinks, student, "exercise-requests")))
    event = of(gateway_sinks, student, "exercise-requests")[0].data
    assert event == {"exercise_id": exercise_id, "student_id": student.id, **body}


def test_an_unknown_concept_is_refused(student: Person) -> None:
    answer = student.http.post(
        "/exercises", json={"topic": "oop", "difficulty": "easy", "concept": "cooking"}
    )
    assert answer.status_code == 422
    assert "concept" in answer.text


async def test_an_exercise_never_shows_its_solution(student: Person, db: asyncpg.Connection) -> None:
    exercise_id = await ready_exercise(db, student)
    answers = [student.http.get(path) for path in (f"/exercises/{exercise_id}", "/exercises", "/me/export")]
    assert answers[0].json()["examples"] == [1]
    for answer in answers:
        assert answer.status_code == 200
        assert "the solution" not in answer.text
        assert "hidden" not in answer.text


async def test_exercises_are_filtered(student: Person, db: asyncpg.Connection) -> None:
    await ready_exercise(db, student)
    assert len(student.http.get("/exercises?topic=oop&difficulty=easy").json()["items"]) == 1
    assert student.http.get("/exercises?topic=files").json()["items"] == []
    assert student.http.get("/exercises?topic=cooking").status_code == 422


def test_code_is_handed_in(student: Person, gateway_sinks: Sinks) -> None:
    answer = student.http.post("/submissions", json={"code": "print(1)"})
    submission_id = answer.json()["submission_id"]
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    gateway_sinks.wait(lambda: bool(of(gateway_sinks, student, "code-submissions")))
    event = of(gateway_sinks, student, "code-submissions")[0].data
    assert event == {"submission_id": submission_id, "student_id": student.id, "code": "print(1)"}
    shown = student.http.get(f"/submissions/{submission_id}").json()
    assert (shown["status"], shown["code"], shown["grade"]) == ("pending", "print(1)", None)


async def test_a_grade_shows_as_soon_as_it_is_there(student: Person, db: asyncpg.Connection) -> None:
    exercise_id = await ready_exercise(db, student)
    body = {"code": "x", "exercise_id": exercise_id}
    submission_id = student.http.post("/submissions", json=body).json()["submission_id"]
    tests = [{"name": "t", "passed": True, "message": "", "hidden": False}]
    await db.execute(
        "INSERT INTO grades (submission_id, student_id, exercise_id, score, passed, total, hint_level, tests)"
        " VALUES ($1, $2, $3, 1, 1, 1, 'how', $4)",
        UUID(submission_id), UUID(student.id), UUID(exercise_id), json.dumps(tests),
    )  # fmt: skip
    shown = student.http.get(f"/submissions/{submission_id}").json()
    assert (shown["grade"]["score"], shown["grade"]["counted_score"]) == (1.0, 0.75)
    assert shown["grade"]["tests"] == tests
    assert (shown["status"], shown["review"]) == ("pending", None)
    await review(db, submission_id, student)
    shown = student.http.get(f"/submissions/{submission_id}?wait=5").json()
    assert (shown["status"], shown["review"]["quality"]) == ("done", 92)
    student.http.post("/submissions", json={"code": "y"})
    for exercise, expected in ((exercise_id, [submission_id]), (str(uuid4()), [])):
        listed = student.http.get(f"/submissions?exercise_id={exercise}").json()["items"]
        assert [one["submission_id"] for one in listed] == expected


async def review(db: asyncpg.Connection, submission_id: str, person: Person) -> None:
    await db.execute(
        "INSERT INTO reviews (submission_id, student_id, quality, rated, summary, findings, created_at) "
        "VALUES ($1, $2, 92, true, 'Clear.', '[]', now())",
        UUID(submission_id),
        UUID(person.id),
    )


async def test_a_review_asked_for_in_chat_shows_its_code(student: Person, db: asyncpg.Connection) -> None:
    submission_id, taken = str(uuid4()), student.ask("Please review this.", code="x = 1")
    await review(db, submission_id, student)
    await db.execute(
        "UPDATE messages SET status = 'answered', answer = $2 WHERE message_id = $1",
        UUID(taken["message_id"]),
        json.dumps({"submission_id": submission_id}),
    )
    shown = student.http.get(f"/submissions/{submission_id}").json()
    assert (shown["status"], shown["code"], shown["review"]["summary"]) == ("done", "x = 1", "Clear.")


@pytest.mark.parametrize("route", ["/submissions", "/exercises"])
def test_the_same_key_hands_in_once(student: Person, route: str) -> None:
    body = {"code": "1"} if route == "/submissions" else {"topic": "oop", "difficulty": "easy"}
    answers = [student.http.post(route, json=body, headers={"Idempotency-Key": "k"}).json() for _ in range(2)]
    assert answers[0] == answers[1]


async def test_what_is_anothers_is_not_there(sign_up: Callable[..., Person], db: asyncpg.Connection) -> None:
    one, other = sign_up(), sign_up()
    exercise_id = await ready_exercise(db, one)
    taken = one.ask()
    submission_id = one.http.post("/submissions", json={"code": "1"}).json()["submission_id"]
    for path in (
        f"/chat/messages/{taken['message_id']}",
        f"/chat/conversations/{taken['conversation_id']}/messages",
        f"/submissions/{submission_id}",
        f"/exercises/{exercise_id}",
    ):
        assert (one.http.get(path).status_code, other.http.get(path).status_code) == (200, 404), path
    for path, body in (
        ("/chat/messages", {"text": "Hi", "conversation_id": taken["conversation_id"]}),
        ("/submissions", {"code": "1", "exercise_id": exercise_id}),
        ("/exercises", {"topic": "oop", "difficulty": "easy", "variation_of": exercise_id}),
    ):
        assert other.http.post(path, json=body).status_code == 404, path
