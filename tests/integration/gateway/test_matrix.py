"""Who may do what: every route, by everybody, on one's own things and on others'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from events.models import Evidence, StruggleDetected
from functions.alerts import store
from functions.alerts.alert import AlertRules
from tests.integration.gateway.conftest import PASSWORD, Person, Runner

API = "/api/v1"


@dataclass(frozen=True)
class Case:
    """One route with the status for nobody, its student, another one, their teacher, another teacher."""

    route: str
    nobody: int
    owner: int
    other: int
    teacher: int
    stranger: int
    body: dict[str, Any] | str | None = None

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def path(self) -> str:
        return self.route.split(" ")[1]


WRITTEN = {
    "title": "Double it",
    "topic": "functions",
    "difficulty": "easy",
    "instructions": "Write `double(n)`.",
    "solution": "def double(n):\n    return n * 2\n",
    "tests": [],
}
ASK, RUN, MAKE = {"text": "Hi"}, {"code": "1"}, {"topic": "oop", "difficulty": "easy"}
LONGER = {"student_id": str(uuid4()), "due": "2050-01-01T00:00:00Z"}
MATRIX = [
    Case("POST /auth/register", 422, 422, 422, 422, 422, {}),
    Case("POST /auth/login", 401, 401, 401, 401, 401, {"email": "x@example.com", "password": "x"}),
    Case("POST /auth/refresh", 401, 401, 401, 401, 401, {"refresh_token": "x"}),
    Case("POST /auth/logout", 401, 401, 401, 401, 401, {"refresh_token": "x"}),
    Case("GET /me", 401, 200, 200, 200, 200),
    Case("GET /me/export", 401, 200, 200, 200, 200),
    Case("PATCH /me", 401, 200, 200, 200, 200, {"time_zone": "UTC"}),
    Case("POST /me/password", 401, 403, 403, 403, 403, {"old": "x", "new": "seven blue elephants"}),
    Case("GET /me/sessions", 401, 200, 200, 200, 200),
    Case("DELETE /me/sessions", 401, 204, 204, 204, 204),
    Case("DELETE /me/sessions/{session_id}", 401, 404, 404, 404, 404),
    Case("POST /students/{student_id}/password-reset", 401, 403, 403, 201, 404),
    Case("POST /auth/password-reset", 401, 401, 401, 401, 401, {"code": "x", "password": "seven blue cats"}),
    Case("GET /concepts", 401, 200, 200, 200, 200),
    Case("POST /chat/messages", 401, 202, 202, 202, 202, ASK),
    Case("GET /chat/messages/{message_id}", 401, 200, 404, 404, 404),
    Case("GET /chat/messages/{message_id}/journey", 401, 200, 404, 200, 404),
    Case("GET /chat/conversations", 401, 200, 200, 200, 200),
    Case("GET /chat/conversations/{conversation_id}/messages", 401, 200, 404, 404, 404),
    Case("POST /stream/token", 401, 200, 200, 200, 200),
    Case("POST /executions", 401, 200, 200, 200, 200, RUN),
    Case("POST /submissions", 401, 202, 202, 202, 202, RUN),
    Case("GET /submissions/{submission_id}", 401, 200, 404, 200, 404),
    Case("POST /submissions/{submission_id}/comments", 401, 403, 403, 201, 404, {"text": "Well done."}),
    Case("POST /submissions/{submission_id}/override", 401, 403, 403, 200, 404, {"score": 1, "reason": "x"}),
    Case("GET /submissions", 401, 200, 200, 200, 200),
    Case("POST /exercises", 401, 202, 202, 202, 202, MAKE),
    Case("POST /exercises/authored", 401, 403, 403, 201, 201, WRITTEN),
    Case("GET /exercises/authored", 401, 403, 403, 200, 200),
    Case("GET /exercises/authored/{authored_id}", 401, 403, 403, 200, 404),
    Case("PUT /exercises/authored/{authored_id}", 401, 403, 403, 200, 404, WRITTEN),
    Case("PATCH /exercises/authored/{authored_id}", 401, 403, 403, 200, 404, {"shared": True}),
    Case("POST /exercises/authored/{authored_id}/copy", 401, 403, 403, 201, 404),
    Case("POST /exercises/authored/{authored_id}/prove", 401, 403, 403, 200, 404),
    Case("GET /exercises/authored/{authored_id}/preview", 401, 403, 403, 409, 404),
    Case("POST /exercises/authored/{authored_id}/publish", 401, 403, 403, 409, 404),
    Case("GET /exercises/{exercise_id}", 401, 200, 404, 404, 404),
    Case("POST /exercises/{exercise_id}/regrade", 401, 403, 403, 200, 404, {"dry_run": True}),
    Case("GET /exercises/{exercise_id}/regrades/{regrade_id}", 401, 403, 403, 200, 404),
    Case("GET /proposed-tests", 401, 403, 403, 200, 200),
    Case("POST /proposed-tests/{proposal_id}/effect", 401, 403, 403, 200, 404),
    Case("POST /proposed-tests/{proposal_id}/decision", 401, 403, 403, 200, 404, {"accept": False}),
    Case("GET /exercises", 401, 200, 200, 200, 200),
    Case("POST /quizzes", 401, 201, 201, 201, 201, {"topic": "oop"}),
    Case("GET /quizzes", 401, 200, 200, 200, 200),
    Case("GET /quizzes/{quiz_id}", 401, 200, 404, 404, 404),
    Case("POST /quizzes/{quiz_id}/answers", 401, 200, 404, 404, 404, {"answers": {}}),
    Case("GET /progress", 401, 200, 200, 200, 200),
    Case("GET /students/{student_id}/progress", 401, 200, 404, 200, 404),
    Case("GET /progress/history", 401, 200, 200, 200, 200),
    Case("GET /students/{student_id}/progress/history", 401, 200, 404, 200, 404),
    Case("GET /students", 401, 403, 403, 200, 200),
    Case("POST /classes", 401, 403, 403, 201, 201, {"name": "C"}),
    Case("POST /classes/join", 401, 404, 404, 403, 403, {"join_code": "nothing"}),
    Case("GET /classes", 401, 200, 200, 200, 200),
    Case("PATCH /classes/{class_id}", 401, 403, 403, 200, 404, {"name": "Python 1"}),
    Case("GET /classes/{class_id}/teachers", 401, 200, 404, 200, 404),
    Case("POST /classes/{class_id}/teachers", 401, 403, 403, 404, 404, {"email": "nobody@example.com"}),
    Case("DELETE /classes/{class_id}/teachers/{teacher_id}", 401, 403, 403, 404, 404),
    Case("DELETE /classes/{class_id}/roster/{email}", 401, 403, 403, 404, 404),
    Case("POST /classes/{class_id}/roster", 401, 403, 403, 200, 404, "email\nnobody-yet@example.com\n"),
    Case("GET /classes/{class_id}/roster", 401, 403, 403, 200, 404),
    Case("GET /classes/{class_id}/progress", 401, 403, 403, 200, 404),
    Case("GET /classes/{class_id}/submissions", 401, 403, 403, 200, 404),
    Case("GET /classes/{class_id}/marks", 401, 403, 403, 200, 404),
    Case("PUT /classes/{class_id}/rules", 401, 403, 403, 200, 404, {"messages_a_day": 9000}),
    Case("GET /classes/{class_id}/rules", 401, 200, 404, 200, 404),
    Case("POST /classes/{class_id}/assignments", 401, 403, 403, 201, 404, MAKE),
    Case("GET /assignments", 401, 200, 200, 200, 200),
    Case("PATCH /assignments/{assignment_id}", 401, 403, 403, 200, 404, {"hints": False}),
    Case("POST /assignments/{assignment_id}/extensions", 401, 403, 403, 422, 404, LONGER),
    Case("POST /students/{student_id}/exercises", 401, 403, 403, 202, 404, MAKE),
    Case("GET /students/{student_id}/exercises", 401, 200, 404, 200, 404),
    Case("GET /me/views", 401, 200, 200, 200, 200),
    Case("GET /alerts/delivery", 401, 403, 403, 200, 200),
    Case("GET /alerts/{alert_id}", 401, 403, 403, 200, 404),
    Case("GET /alerts", 401, 403, 403, 200, 200),
    Case("POST /alerts/{alert_id}/acknowledge", 401, 403, 403, 200, 404),
    Case("POST /alerts/{alert_id}/resolve", 401, 403, 403, 200, 404, {"note": "Talked it over."}),
    Case("POST /alerts/delivery", 401, 403, 403, 200, 200, {"delivery": "digest"}),
]
# Tried by tests of their own: the one never ends, the others end what they are about.
ELSEWHERE = {"GET /stream", "DELETE /me", "DELETE /classes/{class_id}/students/{student_id}"}
ELSEWHERE |= {"DELETE /assignments/{assignment_id}", "DELETE /classes/{class_id}"}


@dataclass
class School:
    """A student with something of everything, their teacher, and two who have nothing to do with them."""

    people: dict[str, Person]
    ids: dict[str, str]


@pytest.fixture
async def school(sign_up: Callable[..., Person], db: asyncpg.Connection, runner: Runner) -> School:
    owner, other = sign_up(), sign_up()
    teacher, stranger = sign_up("teacher"), sign_up("teacher")
    made = teacher.http.post("/classes", json={"name": "Python 1"}).json()
    assert owner.http.post("/classes/join", json={"join_code": made["join_code"]}).status_code == 200
    submitted = owner.http.post("/submissions", json=RUN).json()
    requested = owner.http.post("/exercises", json=MAKE).json()
    alert_id = await alert(db, owner.id)
    again = teacher.http.post(f"/exercises/{requested['exercise_id']}/regrade", json={"dry_run": True})
    regrade_id = again.json()["regrade_id"]
    quiz_id = owner.http.post("/quizzes", json={"topic": "oop"}).json()["quiz_id"]
    ids = {
        "authored_id": teacher.http.post("/exercises/authored", json=WRITTEN).json()["exercise_id"],
        "alert_id": alert_id,
        "quiz_id": quiz_id,
        **owner.ask(),
        **submitted,
        **requested,
        "class_id": made["class_id"],
        "assignment_id": teacher.http.post(f"/classes/{made['class_id']}/assignments", json=MAKE).json()[
            "assignment_id"
        ],
        "student_id": owner.id,
        "regrade_id": regrade_id,
        "proposal_id": await proposal(db, owner.id, submitted["submission_id"], requested["exercise_id"]),
        "teacher_id": str(uuid4()),
        "email": "nobody@example.com",
        "session_id": str(uuid4()),  # sessions are ended by tests of their own
    }
    people = {"owner": owner, "other": other, "teacher": teacher, "stranger": stranger}
    return School(people, ids)


async def proposal(db: asyncpg.Connection, *ids: str) -> str:
    """Propose a test as the exercise function does."""
    found = uuid4()
    await db.execute(
        "INSERT INTO proposed_tests (proposal_id, student_id, submission_id, exercise_id, bank_id, topic,"
        " title, kind, source, expected, given, proposed_at)"
        " VALUES ($1, $2, $3, $4, $5, 'oop', 'T', 'call', 'f(1)', '1', '2', now())",
        found,
        *map(UUID, ids),
        str(found),
    )
    return str(found)


async def alert(db: asyncpg.Connection, student_id: str) -> str:
    """Raise an alert as the notification function does."""
    found = StruggleDetected(
        alert_id=uuid4(),
        student_id=UUID(student_id),
        topic="oop",
        rule="same_error",
        severity="medium",
        evidence=[Evidence(kind="error", at=datetime.now(UTC), summary="NameError")],
        occurred_at=datetime.now(UTC),
    )
    async with db.transaction():
        await store.detected(db, found, AlertRules())
    return str(found.alert_id)


def call(case: Case, client: httpx.Client, ids: dict[str, str]) -> httpx.Response:
    path = case.path.format(**ids)
    if isinstance(case.body, str):
        return client.request(case.method, path, content=case.body, headers={"content-type": "text/csv"})
    return client.request(case.method, path, json=case.body)


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.route)
def test_everybody_gets_what_is_theirs(case: Case, school: School, api: httpx.Client) -> None:
    wanted = {name: getattr(case, name) for name in ("nobody", *school.people)}
    clients = {"nobody": api} | {name: person.http for name, person in school.people.items()}
    assert {name: call(case, client, school.ids).status_code for name, client in clients.items()} == wanted


@pytest.mark.parametrize("case", [c for c in MATRIX if "{" in c.path], ids=lambda case: case.route)
def test_what_is_anothers_looks_like_what_is_not_there(case: Case, school: School) -> None:
    """Nobody can find out by the answer whether an id exists."""
    nowhere = {name: str(uuid4()) for name in school.ids}
    for name in ("other", "stranger"):
        real, unreal = (call(case, school.people[name].http, ids) for ids in (school.ids, nowhere))
        assert (real.status_code, real.json() | {"instance": ""}) == (
            unreal.status_code,
            unreal.json() | {"instance": ""},
        )


def test_every_route_is_in_the_table(api: httpx.Client) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    routes = {f"{m.upper()} {p.removeprefix(API)}" for p, methods in paths.items() for m in methods}
    known = {case.route for case in MATRIX} | ELSEWHERE
    assert not routes - known, f"say in MATRIX who may call {sorted(routes - known)}"
    assert not known - routes, f"MATRIX knows routes that are gone: {sorted(known - routes)}"


async def test_who_looked_at_whom_is_kept(school: School, db: asyncpg.Connection) -> None:
    teacher, owner = school.people["teacher"], school.people["owner"]
    teacher.http.get(f"/students/{owner.id}/progress", headers={"x-request-id": "look-1"})
    teacher.http.get(f"/classes/{school.ids['class_id']}/progress", headers={"x-request-id": "look-2"})
    school.people["stranger"].http.get(f"/students/{owner.id}/progress")
    owner.http.get(f"/students/{owner.id}/progress")
    rows = await db.fetch(
        "SELECT viewer_id, what, request_id FROM student_views WHERE student_id = $1 ORDER BY view_id",
        UUID(owner.id),
    )
    assert [tuple(row)[:2] for row in rows] == [
        (UUID(teacher.id), "progress"),
        (UUID(teacher.id), "class progress"),
    ]
    ids = {row["request_id"] for row in rows}
    assert len(ids) == 2
    assert not ids & {"look-1", "look-2"}, "whoever looks does not choose the id that is kept"
    assert owner.http.get("/me/export").json()["data"]["student_views"]


def test_a_class_shows_its_students(school: School) -> None:
    teacher, owner = school.people["teacher"], school.people["owner"]
    table = teacher.http.get(f"/classes/{school.ids['class_id']}/progress").json()
    assert [row["student_id"] for row in table["students"]] == [owner.id]
    assert table["students"][0] | {"topics": {}} == {
        "student_id": owner.id,
        "display_name": "Person",
        "mastery": 0.0,
        "level": "beginner",
        "topics": {},
        "streak_days": 0,
        "open_alerts": 1,
        "last_active_at": None,
        "last_seen_at": table["students"][0]["last_seen_at"],
    }
    seen = datetime.fromisoformat(table["students"][0]["last_seen_at"])
    assert abs(datetime.now(UTC) - seen) < timedelta(minutes=2)
    assert table["next_cursor"] is None


def test_progress_names_all_eight_topics(school: School) -> None:
    shown = school.people["owner"].http.get("/progress").json()
    assert shown["student_id"] == school.people["owner"].id
    assert len(shown["topics"]) == 8
    assert set(shown["topics"][0]["components"]) == {"exercises", "quizzes", "code_quality", "consistency"}


def test_a_join_code_is_typed_in_whatever_case(school: School, sign_up: Callable[..., Person]) -> None:
    made = school.people["teacher"].http.post("/classes", json={"name": "Python 2"}).json()
    student = sign_up()
    for _ in range(2):
        joined = student.http.post("/classes/join", json={"join_code": f" {made['join_code'].lower()} "})
        assert (joined.status_code, joined.json()["class_id"]) == (200, made["class_id"])
    shown = student.http.get("/classes").json()["items"]
    assert [(c["class_id"], c["join_code"]) for c in shown] == [(made["class_id"], None)]
    taught = school.people["teacher"].http.get("/classes").json()["items"]
    assert [(c["name"], c["students"]) for c in taught] == [("Python 2", 1), ("Python 1", 1)]


def test_signing_in_needs_no_token_but_takes_one(school: School, api: httpx.Client) -> None:
    body = {"email": school.people["owner"].email, "password": PASSWORD}
    headers = {"authorization": "Bearer nonsense"}
    assert api.post("/auth/login", json=body, headers=headers).status_code == 200


def test_an_alert_shows_what_is_behind_it(school: School) -> None:
    shown = school.people["teacher"].http.get("/alerts?status=open").json()
    [alert] = shown["items"]
    assert alert["student"] == {"student_id": school.people["owner"].id, "display_name": "Person"}
    assert (alert["rule"], alert["severity"], alert["count"]) == ("same_error", "medium", 1)
    assert alert["evidence"][0]["summary"] == "NameError"
    assert school.people["stranger"].http.get("/alerts").json()["items"] == []


def test_an_alert_is_acknowledged_then_resolved(school: School) -> None:
    teacher, path = school.people["teacher"].http, f"/alerts/{school.ids['alert_id']}"
    assert teacher.post(f"{path}/acknowledge").json()["status"] == "acknowledged"
    resolved = teacher.post(f"{path}/resolve", json={"note": "Talked it over."}).json()
    assert (resolved["status"], resolved["note"]) == ("resolved", "Talked it over.")
    assert teacher.post(f"{path}/acknowledge").json()["status"] == "resolved"
    assert teacher.get("/alerts?status=open").json()["items"] == []
    assert len(teacher.get("/alerts?status=resolved").json()["items"]) == 1


async def test_a_teacher_hears_of_what_was_open_before_the_student_joined(
    sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    student, teacher = sign_up(), sign_up("teacher")
    await alert(db, student.id)
    made = teacher.http.post("/classes", json={"name": "Late"}).json()
    for _ in range(2):
        student.http.post("/classes/join", json={"join_code": made["join_code"]})
    told = await db.fetch("SELECT kind FROM stream_events WHERE user_id = $1", UUID(teacher.id))
    assert [row["kind"] for row in told] == ["alert"]
