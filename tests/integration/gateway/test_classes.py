"""Classes: their table by pages, the course of a student's progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from events.models import ActivityDetail, ActivityRecorded
from functions.progress import store
from functions.progress.rules import MasteryRules
from tests.integration.gateway.conftest import Person

NOW = datetime.now(UTC)


@pytest.fixture
def lesson(sign_up: Callable[..., Person], teacher: Person) -> tuple[str, list[Person]]:
    """A class with three students."""
    made = teacher.http.post("/classes", json={"name": "Python 1"}).json()
    students = [sign_up() for _ in range(3)]
    for one in students:
        assert one.http.post("/classes/join", json={"join_code": made["join_code"]}).status_code == 200
    return made["class_id"], students


async def solve(db: asyncpg.Connection, student_id: str, days_ago: int, hint: Any = "none") -> UUID:
    """Record a solved exercise as the progress function does."""
    solved = ActivityRecorded(
        activity_id=uuid4(),
        student_id=UUID(student_id),
        kind="exercise.completed",
        topic="oop",
        occurred_at=NOW - timedelta(days=days_ago),
        detail=ActivityDetail(exercise_id=uuid4(), score=1.0, difficulty="medium", hint_level=hint),
    )
    async with db.transaction():
        await store.record(db, solved, MasteryRules())
    assert solved.detail.exercise_id
    return solved.detail.exercise_id


async def test_the_table_is_sorted_filtered_and_paged(
    teacher: Person, lesson: tuple[str, list[Person]], db: asyncpg.Connection
) -> None:
    class_id, (first, second, third) = lesson
    await solve(db, second.id, 0)
    await solve(db, third.id, 9)
    for path, named in ((f"/classes/{class_id}/progress", "students"), ("/students", "items")):

        def ask(path: str = path, named: str = named, **query: Any) -> tuple[list[str], str | None]:
            answer = teacher.http.get(path, params=query)
            assert answer.status_code == 200, answer.text
            return [row["student_id"] for row in answer.json()[named]], answer.json()["next_cursor"]

        assert ask(sort="-mastery")[0] == [second.id, third.id, first.id]
        page, cursor = ask(sort="-mastery", limit=2)
        assert ask(sort="-mastery", limit=2, cursor=cursor) == ([first.id], None)
        assert page == [second.id, third.id]
        assert ask(inactive_days=7, sort="last_active_at")[0] == [third.id, first.id]
        assert sorted(ask(level="beginner")[0]) == sorted([first.id, second.id, third.id])
        assert ask(alerts=True)[0] == ask(name="nobody")[0] == []


async def test_only_who_was_shown_counts_as_looked_at(
    teacher: Person, lesson: tuple[str, list[Person]], db: asyncpg.Connection
) -> None:
    teacher.http.get("/students", params={"limit": 1})
    assert await db.fetchval("SELECT count(*) FROM student_views WHERE viewer_id = $1", UUID(teacher.id)) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=secret", "sort"),
        ("level=genius", "level"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("inactive_days=0", "inactive_days"),
        ("cursor=bm9uc2Vuc2U", "cursor"),
        ("topic=latin", "topic"),
        ("name=%00", "name"),
    ],
)
def test_what_can_not_be_asked_for_is_named(
    teacher: Person, lesson: tuple[str, list[Person]], query: str, field: str
) -> None:
    for path in (f"/classes/{lesson[0]}/progress", "/students"):
        answer = teacher.http.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_classes_come_page_by_page(teacher: Person, student: Person) -> None:
    made = [teacher.http.post("/classes", json={"name": f"Class {n}"}).json() for n in range(3)]
    for one in made:
        student.http.post("/classes/join", json={"join_code": one["join_code"]})
    for person in (teacher, student):
        first = person.http.get("/classes?limit=2").json()
        rest = person.http.get("/classes", params={"limit": 2, "cursor": first["next_cursor"]}).json()
        names = [item["name"] for item in (*first["items"], *rest["items"])]
        assert (names, rest["next_cursor"]) == (["Class 2", "Class 1", "Class 0"], None)


async def test_the_course_of_progress_has_a_row_for_each_day(
    teacher: Person, lesson: tuple[str, list[Person]], db: asyncpg.Connection
) -> None:
    student = lesson[1][0]
    for days_ago in (4, 2):
        await solve(db, student.id, days_ago)
    mine = student.http.get("/progress/history").json()
    seen = teacher.http.get(f"/students/{student.id}/progress/history").json()
    assert mine == seen
    assert (len(mine["days"]), mine["time_zone"], mine["rules_version"]) == (30, "UTC", "2")
    ends = [day["topics"]["oop"] for day in mine["days"][-6:]]
    assert ends == [0.0, 10.0, 10.0, 20.0, 20.0, 20.0]
    assert [day["active"] for day in mine["days"][-6:]] == [False, True, False, True, False, False]
    today = NOW.date()
    query = {"from": str(today - timedelta(days=3)), "to": str(today + timedelta(days=3))}
    cut = student.http.get("/progress/history", params=query).json()["days"]
    assert [day["day"] for day in cut] == [str(today - timedelta(days=n)) for n in (3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=2026-02-02&to=2026-02-01", "from"), ("from=2024-01-01&to=2026-01-01", "from"), ("to=soon", "to")],
)
def test_days_that_can_not_be_asked_for_are_named(student: Person, query: str, field: str) -> None:
    answer = student.http.get(f"/progress/history?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_mastery_shows_the_evidence_behind_each_part(student: Person, db: asyncpg.Connection) -> None:
    exercise_id = await solve(db, student.id, 0, hint="how")
    shown = student.http.get("/progress").json()
    [oop] = [topic for topic in shown["topics"] if topic["topic"] == "oop"]
    evidence = oop["evidence"]
    [exercise] = evidence["exercises"]
    assert exercise["exercise_id"] == str(exercise_id)
    assert [exercise[name] for name in ("score", "counted", "points", "hint_level")] == [
        1.0,
        0.75,
        0.75,
        "how",
    ]
    assert oop["components"]["exercises"] == 100 * 0.75 / 5
    assert (evidence["active_days"], evidence["days"]) == ([str(NOW.date())], 1)
    assert evidence["missing"] == ["quizzes", "code_quality"]
    assert shown["rules_version"] == "2"
