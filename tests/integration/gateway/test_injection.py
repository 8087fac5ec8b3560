"""SQL in any text field is text: it is refused or kept as it is, and does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person, Runner

SQL = (
    "'; DROP TABLE users CASCADE; --",
    "x' OR '1'='1",
    '"); DELETE FROM messages; --',
    "$1::uuid; SELECT pg_sleep(9) --",
)
TABLES = "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"


@dataclass(frozen=True)
class Field:
    """One text field of one route: of its path, its query, its headers, or its body."""

    route: str
    place: str
    name: str
    body: Any = None

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def path(self) -> str:
        return self.route.split(" ")[1].removeprefix("/api/v1")


def fields(document: dict[str, Any]) -> Iterator[Field]:
    """Find every field that takes text, with a body that is right but for it."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            route = f"{method.upper()} {path}"
            content = operation.get("requestBody", {}).get("content", {})
            body = example(document, content.get("application/json", {}).get("schema", {}))
            for parameter in operation.get("parameters", []):
                yield Field(route, parameter["in"], parameter["name"], body)
            for name, value in (body or {}).items():
                if isinstance(value, str | dict) or value is None:
                    yield Field(route, "body", name, body)


def example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Give the example of a body, with every field that it may have."""
    schemas = [schema, *schema.get("anyOf", [])]
    reference = next((one["$ref"] for one in schemas if "$ref" in one), None)
    if reference is None:
        return None
    model = document["components"]["schemas"][reference.rpartition("/")[2]]
    return dict.fromkeys(model["properties"]) | model["examples"][0]


def send(person: Person, field: Field, sql: str) -> int:
    """Call the route with SQL in one field; gives the status."""
    path, headers, query, body = field.path, {}, {}, field.body
    if field.place == "path":
        path = path.replace(f"{{{field.name}}}", sql.replace("/", ""))
    elif field.place == "query":
        query = {field.name: sql}
    elif field.place == "header":
        headers = {field.name: sql}
    else:
        body = field.body | {field.name: {sql: 0} if isinstance(field.body[field.name], dict) else sql}
    if body is not None:
        if "email" in body and field.name != "email":  # attempts to sign in are limited for each address
            body = body | {"email": f"{uuid4().hex}@example.com"}
        body = {name: value for name, value in body.items() if value is not None}
    path = path.format_map(Anything())
    return person.http.request(field.method, path, params=query, headers=headers, json=body).status_code


class Anything(dict[str, str]):
    """An id for whatever a path names."""

    def __missing__(self, name: str) -> str:
        return str(uuid4())


async def test_sql_in_any_field_does_nothing(
    student: Person, teacher: Person, runner: Runner, db: asyncpg.Connection
) -> None:
    document = student.http.get("/openapi.json").json()
    found = [one for one in fields(document) if (one.method, one.path) != ("GET", "/stream")]
    assert {"text", "code", "note", "display_name", "cursor", "name", "idempotency-key", "answers"} <= {
        field.name for field in found
    }
    before = await db.fetchval(TABLES)
    student.ask("Still there?")
    wrong = {
        (person.email[:7], field.route, field.name, sql): status
        for field in found
        for person in (student, teacher)
        for sql in SQL[:2]
        if (status := send(person, field, sql)) >= 429
    }
    assert wrong == {}
    assert await db.fetchval(TABLES) == before
    assert student.http.get("/me").json()["display_name"] in {"Person", *SQL}
    assert student.http.get("/chat/conversations").json()["items"]


@pytest.mark.parametrize("sql", SQL)
def test_sql_is_kept_as_the_text_it_is(teacher: Person, student: Person, sql: str) -> None:
    made = teacher.http.post("/classes", json={"name": sql}).json()
    assert made["name"] == sql
    student.http.post("/classes/join", json={"join_code": made["join_code"]})
    assert student.http.post("/classes/join", json={"join_code": sql}).status_code == 404
    asked = student.ask(sql, code=sql)
    shown = student.http.get(f"/chat/messages/{asked['message_id']}").json()
    assert json.dumps(shown).count(json.dumps(sql)[1:-1]) == 2
    assert student.http.get("/classes", params={"cursor": sql}).status_code == 422
    assert teacher.http.get("/students", params={"name": sql}).json()["items"] == []
    given = {"topic": "oop", "difficulty": "easy", "note": sql}
    assert teacher.http.post(f"/students/{student.id}/exercises", json=given).status_code == 202
    assert student.http.get("/exercises?assigned=true").json()["items"][0]["assigned"]["note"] == sql
    roster = f'email,name\nsomebody@example.com,"{sql.replace(chr(34), chr(34) * 2)}"\n'
    path = f"/classes/{made['class_id']}/roster"
    answer = teacher.http.post(path, content=roster.encode(), headers={"content-type": "text/csv"})
    assert answer.json()["rows"][0]["name"] == sql
