"""What is stored of a user can be had, and can be erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from functions.gateway.queries import personal_data
from functions.runtime.stream import push
from tests.integration.gateway.conftest import PASSWORD, Person
from tests.support.traces import mentions

PEOPLE = ("user_id", "student_id", "teacher_id", "viewer_id", "made_by", "subject")
COLUMNS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = ANY($1)
"""


async def test_every_table_that_names_a_person_is_known(db: asyncpg.Connection) -> None:
    """A new table with such a column belongs into STORES, or has a reason to be exempt."""
    found = {(row["table_name"], row["column_name"]) for row in await db.fetch(COLUMNS, list(PEOPLE))}
    assert found == {(store.table, store.owner) for store in personal_data.STORES} | personal_data.EXEMPT


async def rows_of(db: asyncpg.Connection, user_id: str) -> dict[str, int]:
    counts = {}
    for store in personal_data.STORES:
        query = f"SELECT count(*) FROM {store.table} WHERE {store.owner} = $1"
        counts[f"{store.table}.{store.owner}"] = await db.fetchval(query, UUID(user_id))
    return {name: n for name, n in counts.items() if n}


async def test_an_export_has_everything_but_secrets(student: Person, db: asyncpg.Connection) -> None:
    student.ask("Exported?", code="x = 1")
    student.http.post("/submissions", json={"code": "print('exported')"})
    await push(db, UUID(student.id), "answer", {"text": "on the stream"})
    answer = student.http.get("/me/export")
    data: dict[str, Any] = answer.json()["data"]
    assert answer.json()["user"]["email"] == student.email
    assert data["messages"][0]["text"] == "Exported?"
    assert data["submissions"][0]["code"] == "print('exported')"
    assert data["stream_events"][0]["data"] == {"text": "on the stream"}
    assert "password_hash" not in data["users"][0]
    assert "argon2" not in answer.text


async def test_erasing_leaves_nothing(student: Person, db: asyncpg.Connection) -> None:
    student.ask()
    student.http.post("/submissions", json={"code": "1"})
    student.http.post("/exercises", json={"topic": "oop", "difficulty": "easy"})
    await push(db, UUID(student.id), "answer", {})
    assert student.http.delete("/me").status_code == 204
    assert await rows_of(db, student.id) == {}
    assert await mentions(db, student.id) == {"erased_users": 1}
    assert student.http.get("/me").status_code == 401


def test_erasing_ends_every_way_in(student: Person, api: httpx.Client) -> None:
    student.http.delete("/me")
    assert api.post("/auth/refresh", json={"refresh_token": student.refresh}).status_code == 401
    credentials = {"email": student.email, "password": PASSWORD}
    assert api.post("/auth/login", json=credentials).status_code == 401


async def test_what_arrives_late_is_swept_away(student: Person, db: asyncpg.Connection) -> None:
    student.http.delete("/me")
    await push(db, UUID(student.id), "answer", {})
    assert await rows_of(db, student.id)
    await personal_data.sweep(db)
    assert await rows_of(db, student.id) == {}


async def test_what_teachers_were_told_of_a_student_is_erased(
    student: Person, sign_up: Callable[..., Person], teacher: Person, db: asyncpg.Connection
) -> None:
    other = sign_up()
    shown = [{"student": {"student_id": one.id}, "evidence": [{"excerpt": "x"}]} for one in (student, other)]
    for data in (*shown, {"digest": shown}, {"digest": shown[:1]}):
        await push(db, UUID(teacher.id), "alert", data)
    assert student.http.delete("/me").status_code == 204
    assert await mentions(db, student.id) == {"erased_users": 1}
    left = await db.fetch("SELECT data FROM stream_events WHERE user_id = $1 ORDER BY seq", UUID(teacher.id))
    assert [json.loads(row["data"]) for row in left] == [shown[1], {"digest": shown[1:]}, {"digest": []}]


async def test_an_erased_teachers_classes_are_gone(
    teacher: Person, student: Person, db: asyncpg.Connection
) -> None:
    code = teacher.http.post("/classes", json={"name": "Gone"}).json()["join_code"]
    assert student.http.post("/classes/join", json={"join_code": code}).status_code == 200
    assert teacher.http.delete("/me").status_code == 204
    assert student.http.get("/classes").json()["items"] == []
