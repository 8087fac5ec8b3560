"""A teacher puts a roster in; students are in the class at once, or as soon as they sign up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.integration.gateway.conftest import PASSWORD, Person
from tests.support.traces import mentions

CSV = {"content-type": "text/csv"}


@pytest.fixture
def class_id(teacher: Person) -> str:
    made: str = teacher.http.post("/classes", json={"name": "Python 1"}).json()["class_id"]
    return made


def put(teacher: Person, class_id: str, *rows: str) -> httpx.Response:
    content = "\n".join(["email,name", *rows]).encode()
    return teacher.http.post(f"/classes/{class_id}/roster", content=content, headers=CSV)


def members(teacher: Person, class_id: str) -> list[str]:
    shown = teacher.http.get(f"/classes/{class_id}/progress").json()["students"]
    return [row["student_id"] for row in shown]


def test_each_row_is_reported_and_the_same_file_changes_nothing(
    teacher: Person, student: Person, class_id: str
) -> None:
    new = f"new-{secrets.token_hex(4)}@example.com"
    rows = [f"{student.email.upper()},Maya", f"{new},James", "nobody,N", f"{teacher.email},T"]
    report = put(teacher, class_id, *rows).json()
    assert [(row["line"], row["status"], row["message"]) for row in report["rows"]] == [
        (2, "enrolled", None),
        (3, "invited", None),
        (4, "refused", "email: is not an e-mail address"),
        (5, "refused", "email: belongs to a teacher"),
    ]
    numbers = [report[name] for name in ("enrolled", "invited", "unchanged", "refused")]
    assert numbers == [1, 1, 0, 2]
    assert [row["status"] for row in put(teacher, class_id, *rows).json()["rows"][:2]] == ["unchanged"] * 2
    assert members(teacher, class_id) == [student.id]
    [expected] = teacher.http.get(f"/classes/{class_id}/roster").json()["items"]
    assert (expected["email"], expected["name"]) == (new, "James")
    [look] = student.http.get("/me/views").json()["items"][-1:]
    assert (look["what"], look["viewer"]["id"]) == ("put into a class", teacher.id)


async def test_who_is_expected_joins_on_signing_up_and_is_forgotten_on_leaving(
    teacher: Person, class_id: str, api: httpx.Client, db: asyncpg.Connection
) -> None:
    email = f"New-{secrets.token_hex(4)}@example.com"
    put(teacher, class_id, f"{email},James")
    body = {"email": email, "password": PASSWORD, "display_name": "Jim"}
    somebody = Person(api, "", email, "", "")
    made = somebody.http.post("/auth/register", json=body).json()
    assert members(teacher, class_id) == [made["user"]["id"]]
    assert teacher.http.get(f"/classes/{class_id}/roster").json()["items"] == []
    headers = {"authorization": f"Bearer {made['access_token']}"}
    assert somebody.http.get("/classes", headers=headers).json()["items"][0]["class_id"] == class_id
    assert somebody.http.delete("/me", headers=headers).status_code == 204
    assert await mentions(db, email) == {}


def test_the_expected_come_page_by_page(teacher: Person, class_id: str) -> None:
    put(teacher, class_id, *(f"{letter}-{secrets.token_hex(4)}@example.com," for letter in "cab"))
    path = f"/classes/{class_id}/roster"
    first = teacher.http.get(f"{path}?limit=2").json()
    rest = teacher.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["email"][0] for item in (*first["items"], *rest["items"])] == ["a", "b", "c"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("content", [b"", b"nothing", b"email\n", b"email\n\xff@example.com\n"])
def test_a_file_that_can_not_be_read_is_refused(teacher: Person, class_id: str, content: bytes) -> None:
    answer = teacher.http.post(f"/classes/{class_id}/roster", content=content, headers=CSV)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_a_large_roster_is_taken_whole(teacher: Person, class_id: str, db: asyncpg.Connection) -> None:
    mark = secrets.token_hex(4)
    report = put(teacher, class_id, *(f"s{n}-{mark}@example.com,Student {n}" for n in range(1200)))
    assert (report.status_code, report.json()["invited"]) == (200, 1200)
    count = "SELECT count(*) FROM roster_entries WHERE class_id = $1"
    assert await db.fetchval(count, UUID(class_id)) == 1200


def test_a_student_leaves_or_is_taken_out_by_the_teacher_of_the_class(
    teacher: Person, class_id: str, sign_up: Callable[..., Any]
) -> None:
    one, two, stranger = sign_up(), sign_up(), sign_up("teacher")
    put(teacher, class_id, f"{one.email},", f"{two.email},")
    for other, target in ((one, two), (stranger, one)):
        assert other.http.delete(f"/classes/{class_id}/students/{target.id}").status_code == 404
    assert len(members(teacher, class_id)) == 2
    assert one.http.delete(f"/classes/{class_id}/students/{one.id}").status_code == 204
    assert teacher.http.delete(f"/classes/{class_id}/students/{two.id}").status_code == 204
    assert members(teacher, class_id) == []
    assert teacher.http.get(f"/students/{one.id}/progress").status_code == 404
    assert teacher.http.delete(f"/classes/{class_id}/students/{two.id}").status_code == 404
