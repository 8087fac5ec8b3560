"""What a class handed in: read, commented, judged by its teacher, and taken out as marks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person

CODE = "def double(n):\n    return n + n\n"
TESTS = [
    {"name": "doubles 3", "passed": True, "message": "", "hidden": False},
    {"name": "hidden test 1", "passed": False, "message": "Not yet.", "hidden": True},
]
GRADE = (
    "INSERT INTO grades (submission_id, student_id, exercise_id, score, passed, total, tests)"
    " VALUES ($1, $2, $3, $4, 1, 2, $5)"
)
MADE_READY = (
    "UPDATE exercises SET status = 'ready', title = $2, bank_id = $3, solution = 'the secret solution',"
    ' tests = \'[{"call": "the_secret_call(1)"}]\' WHERE exercise_id = $1'
)
REVIEW = (
    "INSERT INTO reviews (submission_id, student_id, quality, rated, summary, findings, created_at)"
    " VALUES ($1, $2, 80, true, '', '[]', now())"
)
OVERRIDE = {"score": 0.8, "reason": "The last test asks for too much."}


@pytest.fixture
def class_id(teacher: Person) -> str:
    made: str = teacher.http.post("/classes", json={"name": "Python 1"}).json()["class_id"]
    return made


@pytest.fixture
def enrol(teacher: Person, class_id: str, sign_up: Callable[..., Person]) -> Callable[[], Person]:
    """Make students of the class."""
    [code] = [one["join_code"] for one in teacher.http.get("/classes").json()["items"]]

    def make() -> Person:
        student = sign_up()
        assert student.http.post("/classes/join", json={"join_code": code}).status_code == 200
        return student

    return make


@pytest.fixture
def pupil(enrol: Callable[[], Person]) -> Person:
    return enrol()


async def exercise(
    db: asyncpg.Connection, of: Person, title: str = "Double it", bank: str | None = None
) -> str:
    wish = {"topic": "functions", "difficulty": "easy"}
    exercise_id: str = of.http.post("/exercises", json=wish).json()["exercise_id"]
    await db.execute(MADE_READY, UUID(exercise_id), title, bank)
    return exercise_id


async def hand_in(
    db: asyncpg.Connection, of: Person, exercise_id: str | None = None, score: float | None = None
) -> str:
    body = {"code": CODE, "exercise_id": exercise_id}
    answer = of.http.post("/submissions", json=body)
    assert answer.status_code == 202, answer.text
    submission_id: str = answer.json()["submission_id"]
    if exercise_id and score is not None:
        ids = (UUID(submission_id), UUID(of.id), UUID(exercise_id))
        await db.execute(GRADE, *ids, score, json.dumps(TESTS))
    return submission_id


def looks(of: Person) -> list[str]:
    return [look["what"] for look in of.http.get("/me/views").json()["items"]]


async def test_a_teacher_reads_what_the_class_handed_in(
    teacher: Person, class_id: str, enrol: Callable[[], Person], sign_up: Callable[..., Person], db: Any
) -> None:
    maya, noor, elsewhere = enrol(), enrol(), sign_up()
    task = await exercise(db, maya)
    first = await hand_in(db, maya, task, 0.5)
    second, third = await hand_in(db, noor), await hand_in(db, maya, task)
    await hand_in(db, elsewhere)
    path = f"/classes/{class_id}/submissions"
    for query, expected in (
        ({}, [third, second, first]),
        ({"student_id": noor.id}, [second]),
        ({"exercise_id": task}, [third, first]),
        ({"student_id": noor.id, "exercise_id": task}, []),
        ({"student_id": elsewhere.id}, []),
    ):
        items = teacher.http.get(path, params=query).json()["items"]
        assert [item["submission_id"] for item in items] == expected
    shown = teacher.http.get(path).json()["items"][2]
    assert shown["student"] == {"student_id": maya.id, "display_name": "Person"}
    assert (shown["code"], shown["exercise_id"], shown["status"]) == (CODE, task, "pending")
    assert (shown["grade"]["score"], shown["review"], shown["override"]) == (0.5, None, None)
    own = maya.http.get(f"/submissions/{first}").json()
    assert (shown["submitted_at"], shown["grade"]) == (own["created_at"], own["grade"])
    assert looks(elsewhere) == []
    assert set(looks(maya)) == set(looks(noor)) == {"submissions"}


async def test_the_pages_of_a_class_are_the_list(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    made = [await hand_in(db, pupil) for _ in range(5)]
    found, cursor = [], None
    for _ in range(3):
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = teacher.http.get(f"/classes/{class_id}/submissions", params=query).json()
        found += [item["submission_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
    assert (found, cursor) == (made[::-1], None)


async def test_hidden_tests_and_the_solution_stay_hidden_from_teachers(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    submission_id = await hand_in(db, pupil, await exercise(db, pupil), 0.5)
    own = pupil.http.get(f"/submissions/{submission_id}").json()
    answer = teacher.http.get(f"/submissions/{submission_id}")
    assert answer.json() == own
    for text in (answer.text, teacher.http.get(f"/classes/{class_id}/submissions").text):
        assert "secret" not in text
    assert looks(pupil) == ["submissions", "submission"]


async def test_a_review_that_was_asked_for_in_chat_is_not_the_teachers(
    teacher: Person, pupil: Person, db: asyncpg.Connection
) -> None:
    asked = uuid4()
    await db.execute(REVIEW, asked, UUID(pupil.id))
    assert pupil.http.get(f"/submissions/{asked}").status_code == 200
    assert teacher.http.get(f"/submissions/{asked}").status_code == 404
    assert teacher.http.post(f"/submissions/{asked}/comments", json={"text": "Hm"}).status_code == 404


async def test_who_left_the_class_is_not_read_any_more(
    teacher: Person, class_id: str, pupil: Person, db: asyncpg.Connection
) -> None:
    submission_id = await hand_in(db, pupil)
    assert teacher.http.get(f"/submissions/{submission_id}").status_code == 200
    assert pupil.http.delete(f"/classes/{class_id}/students/{pupil.id}").status_code == 204
    assert teacher.http.get(f"/submissions/{submission_id}").status_code == 404
    assert teacher.http.post(f"/submissions/{submission_id}/override", json=OVERRIDE).status_code == 404
    assert teacher.http.get(f"/classes/{class_id}/submissions").json()["items"] == []
    assert teacher.http.get(f"/classes/{class_id}/marks").json()["students"] == []


async def test_comments_are_shown_to_the_student_and_the_teacher(
    teacher: Person, pupil: Person, db: asyncpg.Connection
) -> None:
    path = f"/submissions/{await hand_in(db, pupil)}"
    assert pupil.http.get(path).json()["comments"] == []
    whole = teacher.http.post(f"{path}/comments", json={"text": "Short and clear."})
    line = teacher.http.post(f"{path}/comments", json={"text": "Or `2 * n`?", "line": 2})
    assert (whole.status_code, line.status_code) == (201, 201)
    assert (whole.json()["author"], whole.json()["line"], line.json()["line"]) == ("Person", None, 2)
    for person in (pupil, teacher):
        assert person.http.get(path).json()["comments"] == [whole.json(), line.json()]


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("comments", {"text": " "}, "text"),
        ("comments", {"text": "x" * 8001}, "text"),
        ("comments", {"text": "x", "line": 0}, "line"),
        ("comments", {"text": "x", "line": 3}, "line"),
        ("comments", {"text": "x", "line": "1"}, "line"),
        ("comments", {"text": "x", "row": 1}, "row"),
        ("override", {"score": 1.01, "reason": "x"}, "score"),
        ("override", {"score": -0.1, "reason": "x"}, "score"),
        ("override", {"score": True, "reason": "x"}, "score"),
        ("override", {"score": 0.5}, "reason"),
        ("override", {"score": 0.5, "reason": "\n"}, "reason"),
        ("override", {"score": 0.5, "reason": "x", "why": "x"}, "why"),
    ],
)
async def test_what_is_wrong_is_named(
    teacher: Person, pupil: Person, db: asyncpg.Connection, action: str, body: dict[str, Any], field: str
) -> None:
    path = f"/submissions/{await hand_in(db, pupil)}"
    answer = teacher.http.post(f"{path}/{action}", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    shown = pupil.http.get(path).json()
    assert (shown["comments"], shown["override"]) == ([], None)


async def test_an_override_stands_beside_the_grade(
    teacher: Person, pupil: Person, db: asyncpg.Connection
) -> None:
    submission_id = await hand_in(db, pupil, await exercise(db, pupil), 0.5)
    path = f"/submissions/{submission_id}"
    before = pupil.http.get(path).json()
    assert before["override"] is None
    for said in ({"score": 1, "reason": "Fine."}, OVERRIDE):
        answer = teacher.http.post(f"{path}/override", json=said)
        assert answer.status_code == 200
        shown = answer.json()["override"]
        assert {name: shown[name] for name in said} == said
        assert (shown["by"], bool(shown["at"])) == ("Person", True)
        assert answer.json() | {"override": None} == before
        assert pupil.http.get(path).json() == answer.json()
    kept = await db.fetch(
        "SELECT score FROM score_overrides WHERE submission_id = $1 ORDER BY override_id", UUID(submission_id)
    )
    assert [row["score"] for row in kept] == [1, 0.8]
    assert looks(pupil)[0] == "submission"


async def test_marks_are_the_override_or_the_best_score(
    teacher: Person, class_id: str, enrol: Callable[[], Person], db: asyncpg.Connection
) -> None:
    maya, noor = enrol(), enrol()
    first, second = await exercise(db, maya, "A"), await exercise(db, maya, "B")
    low, _, judged = [
        await hand_in(db, maya, task, score) for task, score in ((first, 0.25), (first, 0.75), (second, 1.0))
    ]
    await hand_in(db, maya, await exercise(db, maya, "Not graded yet"))
    teacher.http.post(f"/submissions/{judged}/override", json=OVERRIDE)
    marks = teacher.http.get(f"/classes/{class_id}/marks").json()
    assert (marks["class_id"], marks["name"]) == (class_id, "Python 1")
    of = {one["student"]["student_id"]: one for one in marks["students"]}
    assert set(of) == {maya.id, noor.id}
    assert of[noor.id]["marks"] == []
    assert of[maya.id]["student"]["email"] == maya.email
    scores = [
        (m["exercise_id"], m["score"], m["computed_score"], m["submissions"]) for m in of[maya.id]["marks"]
    ]
    assert scores == [(first, 0.75, 0.75, 2), (second, 0.8, 1.0, 1)]
    assert of[maya.id]["marks"][1]["override"] | {"at": "", "by": ""} == OVERRIDE | {"at": "", "by": ""}
    teacher.http.post(f"/submissions/{low}/override", json={"score": 0, "reason": "Copied."})
    again = teacher.http.get(f"/classes/{class_id}/marks").json()
    assert {m["score"] for one in again["students"] for m in one["marks"]} == {0.0, 0.8}
    assert {"marks"} <= set(looks(maya)) & set(looks(noor))


async def test_marks_go_out_as_csv_that_no_spreadsheet_runs(
    teacher: Person, class_id: str, enrol: Callable[[], Person], db: asyncpg.Connection
) -> None:
    maya, noor = enrol(), enrol()
    await db.execute("UPDATE users SET display_name = '=HYPERLINK(1)' WHERE user_id = $1", UUID(maya.id))
    for person, score in ((maya, 0.5), (noor, 1.0)):
        await hand_in(db, person, await exercise(db, person, '-1 + 1, "said"', "bank/one"), score)
    title = '\'-1 + 1, "said"'
    expected = {
        "plain": [
            ["name", "email", title],
            ["'=HYPERLINK(1)", maya.email, "0.5"],
            ["Person", noor.email, "1"],
        ],
        "moodle": [
            ["Email address", "Full name", title],
            [maya.email, "'=HYPERLINK(1)", "50"],
            [noor.email, "Person", "100"],
        ],
        "canvas": [
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title],
            ["Points Possible", "", "", "", "", "100"],
            ["'=HYPERLINK(1)", "", "", maya.email, "", "50"],
            ["Person", "", "", noor.email, "", "100"],
        ],
    }
    for target, rows in expected.items():
        answer = teacher.http.get(f"/classes/{class_id}/marks", params={"format": "csv", "for": target})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        assert "marks.csv" in answer.headers["content-disposition"]
        assert list(csv.reader(io.StringIO(answer.text, newline=""))) == rows
    for wrong in ("format", "for"):
        answer = teacher.http.get(f"/classes/{class_id}/marks", params={wrong: "xlsx"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, wrong)


async def test_what_was_said_is_the_students_and_goes_with_the_student(
    teacher: Person, pupil: Person, db: asyncpg.Connection
) -> None:
    path = f"/submissions/{await hand_in(db, pupil)}"
    teacher.http.post(f"{path}/comments", json={"text": "Short and clear."})
    teacher.http.post(f"{path}/override", json=OVERRIDE)
    data = pupil.http.get("/me/export").json()["data"]
    assert data["submission_comments"][0]["text"] == "Short and clear."
    assert data["score_overrides"][0]["reason"] == OVERRIDE["reason"]
    assert teacher.http.delete("/me").status_code == 204
    shown = pupil.http.get(path).json()
    assert (shown["comments"][0]["author"], shown["override"]["by"]) == (None, None)
    assert pupil.http.delete("/me").status_code == 204
    for table in ("submission_comments", "score_overrides"):
        assert await db.fetchval(f"SELECT count(*) FROM {table} WHERE student_id = $1", UUID(pupil.id)) == 0
