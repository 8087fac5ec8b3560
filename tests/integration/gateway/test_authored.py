"""A teacher's own exercises: kept as drafts, published when proven, opened by their students."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from functions.exercise.instance import examples
from functions.exercise.store import to_json
from functions.grading.checks import Test
from functions.runtime.stream import ring
from tests.integration.gateway.conftest import Person
from tests.support.sinks import Sinks

CALL = {"name": "three", "kind": "call", "call": "double(3)", "expected": "6", "visible": True}
PROGRAM = {"name": "asks", "kind": "program", "stdin": "3\n", "stdout": "6\n", "visible": True}
DRAFT: dict[str, Any] = {
    "title": "Double it",
    "topic": "functions",
    "concepts": ["return"],
    "difficulty": "medium",
    "instructions": "Write a function `double(n)` that returns twice `n`.",
    "starter_code": "def double(n):\n    pass\n",
    "solution": "def double(n):\n    return n * 2\n",
    "solutions": ["def double(n):\n    return n + n\n"],
    "tests": [
        CALL,
        CALL | {"name": "none", "call": "double(0)", "expected": "0", "visible": False, "hint": "0?"},
    ],
}


def write(teacher: Person, **more: Any) -> str:
    made = teacher.http.post("/exercises/authored", json=DRAFT | more)
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "draft"
    return str(made.json()["exercise_id"])


def wrong_fields(teacher: Person, **more: Any) -> dict[str, str]:
    refused = teacher.http.post("/exercises/authored", json=DRAFT | more)
    assert refused.status_code == 422, refused.text
    return {error["field"]: error["message"] for error in refused.json()["errors"]}


async def prove(db: asyncpg.Connection, exercise_id: str, titles: tuple[str, ...] = ("Double it",)) -> None:
    """Answer the proof that was asked for, as the exercise function does."""
    teacher_id = await db.fetchval(
        "UPDATE authored_proofs p SET status = 'proven', answered_at = now() FROM authored_exercises a"
        " WHERE a.exercise_id = $1 AND p.exercise_id = $1 AND p.status = 'proving' RETURNING a.teacher_id",
        UUID(exercise_id),
    )
    tests = [Test(name="three", kind="call", source="double(3)", expected=6)]
    await db.execute("DELETE FROM authored_variations WHERE exercise_id = $1", UUID(exercise_id))
    for number, title in enumerate(titles):
        await db.execute(
            "INSERT INTO authored_variations VALUES ($1, $2, 'hash', $3, 'Write it.', '', $4, 'secret', $5)",
            UUID(exercise_id), number, title, to_json(examples(tests)), to_json(tests),
        )  # fmt: skip
    await ring(db, teacher_id)


async def published(teacher: Person, db: asyncpg.Connection, **more: Any) -> str:
    exercise_id = write(teacher, **more)
    assert teacher.http.post(f"/exercises/authored/{exercise_id}/prove").json()["status"] == "proving"
    await prove(db, exercise_id)
    assert teacher.http.post(f"/exercises/authored/{exercise_id}/publish").status_code == 200
    return exercise_id


def joined(teacher: Person, student: Person) -> str:
    made = teacher.http.post("/classes", json={"name": "C"}).json()
    assert student.http.post("/classes/join", json={"join_code": made["join_code"]}).status_code == 200
    return str(made["class_id"])


def test_a_draft_comes_back_as_it_was_written(teacher: Person) -> None:
    shown = teacher.http.get(f"/exercises/authored/{write(teacher)}").json()
    assert {name: shown[name] for name in DRAFT if name != "tests"} == {
        name: DRAFT[name] for name in DRAFT if name != "tests"
    }
    assert [{k: t[k] for k in CALL} for t in shown["tests"]] == [
        {k: t[k] for k in CALL} for t in DRAFT["tests"]
    ]
    assert (shown["proof"], shown["mine"], shown["version"]) == (None, True, 1)


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ({"tests": [CALL, CALL | {"name": "b", "call": "f("}]}, "tests[1].call", "not a Python expression"),
        ({"tests": [CALL | {"call": "x = 1"}]}, "tests[0].call", "not a Python expression"),
        ({"tests": [CALL | {"expected": "six"}]}, "tests[0].expected", "not a Python literal"),
        ({"tests": [CALL | {"expected": "2 * 3"}]}, "tests[0].expected", "not a Python literal"),
        ({"tests": [CALL | {"expected": None}]}, "tests[0].expected", "is missing"),
        ({"tests": [CALL, CALL]}, "tests[1].name", "another test"),
        ({"tests": [CALL | {"kind": "unit"}]}, "tests[0].kind", "call"),
        ({"tests": [CALL | {"weight": 0}]}, "tests[0].weight", "greater than 0"),
        ({"tests": [CALL | {"points": 3}]}, "tests[0].points", "is not a field"),
        ({"tests": [PROGRAM | {"stdout": None}]}, "tests[0].stdout", "is missing"),
        ({"tests": [PROGRAM | {"call": "double(3)"}]}, "tests[0].call", "kind `program`"),
        ({"tests": [CALL | {"raises": "ValueError"}]}, "tests[0].raises", "one too many"),
        ({"topic": "loops"}, "topic", "basics"),
        ({"concepts": ["return", "hovering"]}, "concepts[1]", "no concept"),
        ({"difficulty": "extreme"}, "difficulty", "easy"),
        ({"title": " "}, "title", "blank"),
        ({"due": "Friday"}, "due", "is not a field"),
        ({"requires": "n >"}, "requires", "not a Python expression"),
        ({"values": {"n": ["1", "2"], "m": ["1"]}}, "values.m", "must have 2 values"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_with_the_name_of_its_field(
    teacher: Person, more: dict[str, Any], field: str, says: str
) -> None:
    found = wrong_fields(teacher, **more)
    assert list(found) == [field]
    assert says in found[field]


def test_every_wrong_field_is_named_at_once(teacher: Person) -> None:
    tests = [CALL | {"call": ")"}, CALL | {"name": "b", "expected": "?"}]
    assert set(wrong_fields(teacher, tests=tests)) == {"tests[0].call", "tests[1].expected"}


def test_a_draft_need_not_be_complete(teacher: Person) -> None:
    write(teacher, tests=[], solution="", starter_code="", solutions=[])


def test_a_table_of_values_is_read_by_columns_and_by_rows(teacher: Person) -> None:
    tests = [CALL | {"call": "double($n)", "expected": "$twice"}]
    by_columns = write(teacher, tests=tests, values={"n": [3, 4], "twice": ["6", "8"]})
    by_rows = write(teacher, tests=tests, values=[{"n": 3, "twice": 6}, {"n": 4, "twice": 8}])
    one, other = (
        teacher.http.get(f"/exercises/authored/{i}").json()["values"] for i in (by_columns, by_rows)
    )
    assert one == other == {"n": ["3", "4"], "twice": ["6", "8"]}
    assert wrong_fields(teacher, tests=tests, values={"n": ["3", "("], "twice": ["6", "8"]}) == {
        "tests[0].call": "is not a Python expression: `double(()`"
    }


async def test_only_what_is_proven_is_published(teacher: Person, db: asyncpg.Connection) -> None:
    exercise_id = write(teacher)
    path = f"/exercises/authored/{exercise_id}"
    assert teacher.http.post(f"{path}/publish").status_code == 409
    teacher.http.post(f"{path}/prove")
    assert teacher.http.post(f"{path}/publish").status_code == 409
    await prove(db, exercise_id)
    assert teacher.http.get(path).json()["proof"] == {"status": "proven", "problems": []}
    assert teacher.http.put(path, json=DRAFT | {"title": "Changed"}).json()["proof"] is None
    assert teacher.http.post(f"{path}/publish").status_code == 409, "a change needs another proof"
    teacher.http.post(f"{path}/prove")
    await prove(db, exercise_id)
    done = teacher.http.post(f"{path}/publish")
    assert (done.status_code, done.json()["status"], done.json()["title"]) == (200, "published", "Changed")
    assert teacher.http.post(f"{path}/publish").status_code == 200, "once more is the same"
    assert teacher.http.put(path, json=DRAFT).status_code == 409


async def test_a_proof_is_asked_for_once_and_waited_for(
    teacher: Person, db: asyncpg.Connection, gateway_sinks: Sinks
) -> None:
    exercise_id = write(teacher)
    path = f"/exercises/authored/{exercise_id}/prove"
    assert [teacher.http.post(path).json()["status"] for _ in range(3)] == ["proving"] * 3
    assert (
        await db.fetchval("SELECT count(*) FROM authored_proofs WHERE exercise_id = $1", UUID(exercise_id))
        == 1
    )
    answers: list[dict[str, Any]] = []
    waiting = threading.Thread(target=lambda: answers.append(teacher.http.post(f"{path}?wait=20").json()))
    waiting.start()
    await asyncio.sleep(0.5)
    began = time.monotonic()
    await prove(db, exercise_id)
    await asyncio.to_thread(waiting.join)
    assert answers == [{"status": "proven", "problems": []}]
    assert time.monotonic() - began < 10, "it came with the answer and not with the end of the time"
    asked = [
        e.data for e in gateway_sinks.to("exercise-requests") if e.type == "learnflow.proof.requested.v1"
    ]
    assert [one for one in asked if one["exercise_id"] == exercise_id]


async def test_problems_are_told_as_they_were_found(teacher: Person, db: asyncpg.Connection) -> None:
    exercise_id = write(teacher)
    teacher.http.post(f"/exercises/authored/{exercise_id}/prove")
    found = {
        "kind": "wrong_program",
        "message": "Look.",
        "test": None,
        "program": "pass",
        "input": "double(1)",
        "suggested_test": CALL,
    }
    await db.execute(
        "UPDATE authored_proofs SET status = 'refused', problems = $2::jsonb WHERE exercise_id = $1",
        UUID(exercise_id), json.dumps([found]),
    )  # fmt: skip
    told = teacher.http.post(f"/exercises/authored/{exercise_id}/prove?wait=5").json()
    assert told == {"status": "refused", "problems": [found]}


async def test_a_proven_exercise_is_seen_as_students_see_it(
    teacher: Person, sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    exercise_id = write(teacher)
    path = f"/exercises/authored/{exercise_id}"
    assert teacher.http.get(f"{path}/preview").status_code == 409
    teacher.http.post(f"{path}/prove")
    await prove(db, exercise_id, ("One", "Two"))
    told = [{"program": "x", "score": 0.5, "tests": [], "hint": "Look."}]
    mistakes = "UPDATE authored_proofs SET mistakes = $2::jsonb WHERE exercise_id = $1"
    await db.execute(mistakes, UUID(exercise_id), json.dumps(told))
    shown = teacher.http.get(f"{path}/preview").json()
    assert (shown["title"], shown["mistakes"], len(shown["examples"])) == ("One", told, 1)
    assert teacher.http.get(f"{path}/preview?variation=1").json()["title"] == "Two"
    assert sign_up("teacher").http.get(f"{path}/preview").status_code == 404


async def test_a_published_exercise_opens_to_the_students_of_its_teacher(
    teacher: Person, sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    """Each gets an exercise of their own, the same whenever they come; nobody else sees anything."""
    exercise_id = await published(teacher, db)
    one, two, stranger = sign_up(), sign_up(), sign_up()
    joined(teacher, one), joined(teacher, two)
    shown = one.http.get(f"/exercises/{exercise_id}")
    assert shown.status_code == 200, shown.text
    exercise = shown.json()
    assert (exercise["status"], exercise["title"], exercise["concepts"]) == ("ready", "Double it", ["return"])
    assert "secret" not in shown.text
    assert one.http.get(f"/exercises/{exercise_id}").json() == exercise
    assert one.http.get(f"/exercises/{exercise['exercise_id']}").json() == exercise
    assert two.http.get(f"/exercises/{exercise_id}").json()["exercise_id"] != exercise["exercise_id"]
    assert [e["exercise_id"] for e in one.http.get("/exercises").json()["items"]] == [exercise["exercise_id"]]
    for nobody in (stranger, sign_up("teacher")):
        assert nobody.http.get(f"/exercises/{exercise_id}").status_code == 404


async def test_code_is_handed_in_for_it_and_its_teacher_finds_it(
    teacher: Person, student: Person, db: asyncpg.Connection
) -> None:
    exercise_id = await published(teacher, db)
    class_id = joined(teacher, student)
    sent = student.http.post("/submissions", json={"code": "x = 1", "exercise_id": exercise_id})
    assert sent.status_code == 202, sent.text
    own = student.http.get(f"/exercises/{exercise_id}").json()["exercise_id"]
    assert student.http.get(f"/submissions/{sent.json()['submission_id']}").json()["exercise_id"] == own
    for wanted in (exercise_id, own):
        page = teacher.http.get(f"/classes/{class_id}/submissions", params={"exercise_id": wanted}).json()
        assert [one["student"]["student_id"] for one in page["items"]] == [student.id]
    student.ask("Help me with this", exercise_id=exercise_id)


async def test_a_draft_and_an_archived_exercise_open_to_nobody(
    teacher: Person, student: Person, db: asyncpg.Connection
) -> None:
    joined(teacher, student)
    draft, old = write(teacher), await published(teacher, db)
    teacher.http.patch(f"/exercises/authored/{old}", json={"archived": True})
    for exercise_id in (draft, old):
        assert student.http.get(f"/exercises/{exercise_id}").status_code == 404
        sent = student.http.post("/submissions", json={"code": "x", "exercise_id": exercise_id})
        assert sent.status_code == 404
    assert [e["exercise_id"] for e in teacher.http.get("/exercises/authored").json()["items"]] == [draft]
    every = teacher.http.get("/exercises/authored?archived=true").json()["items"]
    assert {e["exercise_id"] for e in every} == {draft, old}
    teacher.http.patch(f"/exercises/authored/{old}", json={"archived": False})
    assert student.http.get(f"/exercises/{old}").status_code == 200


async def test_shared_exercises_are_read_copied_and_opened_by_colleagues(
    teacher: Person, sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    colleague, student = sign_up("teacher"), sign_up()
    joined(colleague, student)
    exercise_id = await published(teacher, db)
    path = f"/exercises/authored/{exercise_id}"
    assert colleague.http.get(path).status_code == 404
    assert student.http.get(f"/exercises/{exercise_id}").status_code == 404
    assert teacher.http.patch(path, json={"shared": True}).json()["shared"] is True
    shown = colleague.http.get(path).json()
    assert (shown["mine"], shown["solution"]) == (False, DRAFT["solution"])
    assert exercise_id in [
        e["exercise_id"] for e in colleague.http.get("/exercises/authored").json()["items"]
    ]
    assert colleague.http.put(path, json=DRAFT).status_code == 404
    assert colleague.http.patch(path, json={"shared": False}).status_code == 404
    assert student.http.get(f"/exercises/{exercise_id}").status_code == 200
    copied = colleague.http.post(f"{path}/copy").json()["exercise_id"]
    mine = colleague.http.get(f"/exercises/authored/{copied}").json()
    assert (mine["status"], mine["mine"], mine["version"], mine["tests"]) == (
        "draft",
        True,
        1,
        shown["tests"],
    )
    again = teacher.http.post(f"{path}/copy").json()["exercise_id"]
    assert teacher.http.get(f"/exercises/authored/{again}").json()["version"] == 2


async def test_students_get_different_rows_of_the_values(
    teacher: Person, sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    exercise_id = write(teacher)
    teacher.http.post(f"/exercises/authored/{exercise_id}/prove")
    await prove(db, exercise_id, ("One", "Two", "Three"))
    teacher.http.post(f"/exercises/authored/{exercise_id}/publish")
    students = [sign_up() for _ in range(12)]
    for one in students:
        joined(teacher, one)
    titles = {one.http.get(f"/exercises/{exercise_id}").json()["title"] for one in students}
    assert titles <= {"One", "Two", "Three"} and len(titles) > 1
