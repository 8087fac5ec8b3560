"""An account can be changed, its password too, and its sessions ended; none of it by somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from functions.runtime.stream import push
from tests.integration.gateway.conftest import INVITE, PASSWORD, Person, Start

NEW = "seven blue elephants dance"


def sign_in(api: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return api.post("/auth/login", json={"email": email, "password": password})


async def age(db: asyncpg.Connection, person: Person, hours: int = 1) -> None:
    """Let all sessions of a person have begun some hours ago."""
    moment = datetime.now(UTC) - timedelta(hours=hours)
    await db.execute("UPDATE sessions SET created_at = $2 WHERE user_id = $1", UUID(person.id), moment)


def coming(url: str, network: str) -> httpx.Client:
    """Somebody who comes from a network, by a proxy that says so."""
    return httpx.Client(base_url=f"{url}/api/v1", timeout=40, headers={"x-forwarded-for": network})


def taught(student: Person, teacher: Person) -> str:
    made = teacher.http.post("/classes", json={"name": "7b"}).json()
    assert student.http.post("/classes/join", json={"join_code": made["join_code"]}).status_code == 200
    class_id: str = made["class_id"]
    return class_id


def test_name_and_zone_change_and_what_is_left_out_stays(student: Person) -> None:
    changed = student.http.patch("/me", json={"display_name": "Maya L."}).json()
    assert (changed["display_name"], changed["time_zone"]) == ("Maya L.", "UTC")
    assert student.http.patch("/me", json={"time_zone": "Europe/Berlin"}).json()["display_name"] == "Maya L."
    assert student.http.get("/me").json()["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    "body",
    [{"display_name": " "}, {"time_zone": "Mars/Olympus"}, {"role": "teacher"}, {"email": "a@b.example"}],
)
def test_what_cannot_be_changed_is_named(student: Person, body: dict[str, Any]) -> None:
    answer = student.http.patch("/me", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == list(body)


def test_a_new_password_holds_and_other_sessions_end(student: Person, api: httpx.Client) -> None:
    other = sign_in(api, student.email).json()["access_token"]
    answer = student.http.post("/me/password", json={"old": PASSWORD, "new": NEW})
    assert answer.status_code == 200, answer.text
    assert sign_in(api, student.email).status_code == 401
    assert sign_in(api, student.email, NEW).status_code == 200
    assert student.http.get("/me").status_code == 200
    assert api.get("/me", headers={"authorization": f"Bearer {other}"}).status_code == 401


def test_a_wrong_old_password_changes_nothing(student: Person, api: httpx.Client) -> None:
    answer = student.http.post("/me/password", json={"old": "not this one", "new": NEW})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "old"
    assert sign_in(api, student.email).status_code == 200


def test_old_passwords_cannot_be_guessed_without_end(student: Person) -> None:
    tries = [student.http.post("/me/password", json={"old": f"no {n}", "new": NEW}) for n in range(12)]
    assert [answer.status_code for answer in tries][-1] == 429


@pytest.mark.parametrize("password", ["12345678", "password1", "qwertyuiop", "learnflow1"])
def test_a_password_from_the_usual_lists_is_refused(api: httpx.Client, password: str) -> None:
    body = {"email": "easy@example.com", "password": password, "display_name": "Easy"}
    answer = api.post("/auth/register", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "password"


def test_sessions_are_listed_and_ended(student: Person, api: httpx.Client) -> None:
    other = sign_in(api, student.email).json()["access_token"]
    listed = student.http.get("/me/sessions").json()["items"]
    assert sorted(one["current"] for one in listed) == [False, True]
    ended = next(one["session_id"] for one in listed if not one["current"])
    assert student.http.delete(f"/me/sessions/{ended}").status_code == 204
    assert api.get("/me", headers={"authorization": f"Bearer {other}"}).status_code == 401
    assert student.http.delete(f"/me/sessions/{ended}").status_code == 404


def test_all_other_sessions_end_at_once(student: Person, api: httpx.Client) -> None:
    others = [sign_in(api, student.email).json()["access_token"] for _ in range(3)]
    assert student.http.delete("/me/sessions").status_code == 204
    codes = {api.get("/me", headers={"authorization": f"Bearer {one}"}).status_code for one in others}
    assert codes == {401}
    assert len(student.http.get("/me/sessions").json()["items"]) == 1


def test_a_session_of_somebody_else_is_not_there(student: Person, sign_up: Callable[..., Person]) -> None:
    other = sign_up()
    session = other.http.get("/me/sessions").json()["items"][0]["session_id"]
    assert student.http.delete(f"/me/sessions/{session}").status_code == 404
    assert other.http.get("/me").status_code == 200


async def test_erasing_takes_the_password_when_the_sign_in_is_old(
    student: Person, db: asyncpg.Connection
) -> None:
    await age(db, student)
    answer = student.http.delete("/me")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (403, "password")
    assert student.http.request("DELETE", "/me", json={"password": "wrong"}).status_code == 403
    assert student.http.request("DELETE", "/me", json={"password": PASSWORD}).status_code == 204
    assert student.http.get("/me").status_code == 401


def test_a_teacher_lets_a_student_choose_a_new_password(
    student: Person, teacher: Person, api: httpx.Client
) -> None:
    taught(student, teacher)
    made = teacher.http.post(f"/students/{student.id}/password-reset")
    assert made.status_code == 201
    body = {"code": made.json()["code"], "password": NEW}
    assert api.post("/auth/password-reset", json=body).status_code == 200
    assert student.http.get("/me").status_code == 401
    assert sign_in(api, student.email, NEW).status_code == 200
    assert api.post("/auth/password-reset", json=body).status_code == 401


def test_only_the_last_code_opens(student: Person, teacher: Person, api: httpx.Client) -> None:
    taught(student, teacher)
    codes = [teacher.http.post(f"/students/{student.id}/password-reset").json()["code"] for _ in range(2)]
    first, last = (api.post("/auth/password-reset", json={"code": c, "password": NEW}) for c in codes)
    assert (first.status_code, last.status_code) == (401, 200)


async def test_a_code_ends_after_an_hour(
    student: Person, teacher: Person, api: httpx.Client, db: asyncpg.Connection
) -> None:
    taught(student, teacher)
    code = teacher.http.post(f"/students/{student.id}/password-reset").json()["code"]
    await db.execute("UPDATE password_resets SET expires_at = now() WHERE user_id = $1", UUID(student.id))
    async with httpx.AsyncClient(base_url=api.base_url) as late:
        answer = await late.post("/auth/password-reset", json={"code": code, "password": NEW})
    assert answer.status_code == 401


def test_a_teacher_of_others_makes_no_code(student: Person, teacher: Person) -> None:
    assert teacher.http.post(f"/students/{student.id}/password-reset").status_code == 404
    assert student.http.post(f"/students/{student.id}/password-reset").status_code == 403


def test_registrations_of_a_network_are_counted(start_gateway: Start) -> None:
    process = start_gateway(LEARNFLOW_RATE_REGISTER="3/3600", LEARNFLOW_TRUSTED_PROXIES="1")
    with coming(process.url, "192.0.2.77") as client:
        bodies = [
            {"email": f"counted-{n}@example.com", "password": PASSWORD, "display_name": "C"} for n in range(4)
        ]
        codes = [client.post("/auth/register", json=body).status_code for body in bodies]
    assert codes == [201, 201, 201, 429]


def test_the_invite_cannot_be_guessed_without_end(start_gateway: Start) -> None:
    process = start_gateway(LEARNFLOW_RATE_LOGIN="5/300", LEARNFLOW_TRUSTED_PROXIES="1")
    body = {"email": "guess@example.com", "password": PASSWORD, "display_name": "G", "role": "teacher"}
    with coming(process.url, "192.0.2.78") as client:
        codes = [
            client.post("/auth/register", json=body | {"invite": f"no {n}"}).status_code for n in range(6)
        ]
        right = client.post("/auth/register", json=body | {"invite": INVITE}).status_code
    assert (codes, right) == ([403] * 5 + [429], 429)


def test_strangers_cannot_lock_anybody_out(start_gateway: Start) -> None:
    """Whoever comes from a network of their own signs in while another network guesses."""
    process = start_gateway(LEARNFLOW_TRUSTED_PROXIES="1", LEARNFLOW_RATE_ACCOUNT="15/300")
    with httpx.Client(base_url=f"{process.url}/api/v1", timeout=40) as client:

        def come(network: str, path: str, **body: str) -> int:
            return client.post(path, json=body, headers={"x-forwarded-for": network}).status_code

        person = {"email": "locked@example.com", "password": PASSWORD}
        assert come("192.0.2.1", "/auth/register", display_name="L", **person) == 201
        guesses = [
            come(f"198.51.100.{n // 8}", "/auth/login", email=person["email"], password="wrong one")
            for n in range(24)
        ]
        assert guesses[-1] == 429
        assert come("192.0.2.1", "/auth/login", **person) == 200


def test_one_user_has_so_many_streams_and_no_more(
    start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    process = start_gateway(LEARNFLOW_STREAMS_PER_USER="2")
    person, other = sign_up(url=process.url), sign_up(url=process.url)
    with person.http.stream("GET", "/stream") as one, person.http.stream("GET", "/stream") as two:
        pieces = [one.iter_raw(), two.iter_raw()]  # a stream is closed with its iterator
        assert all(b"welcome" in next(piece) for piece in pieces)
        refused = person.http.get("/stream", timeout=5)
        assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
        with other.http.stream("GET", "/stream") as open_too:
            assert open_too.status_code == 200


def test_exports_have_an_allowance_of_their_own(student: Person) -> None:
    codes = [student.http.get("/me/export").status_code for _ in range(7)]
    assert codes == [200] * 6 + [429]


async def test_an_export_leaves_out_what_a_model_wrote_for_us(
    student: Person, db: asyncpg.Connection
) -> None:
    columns = await db.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'ai_calls'"
    )
    assert "reply" in {row["column_name"] for row in columns}
    await db.execute(
        "INSERT INTO ai_calls SELECT * FROM jsonb_populate_record(NULL::ai_calls, $1)",
        json.dumps(await ai_call(db, student.id)),
    )
    exported = student.http.get("/me/export")
    assert exported.json()["data"]["ai_calls"]
    assert "SOLUTION OF ANOTHER" not in exported.text


async def ai_call(db: asyncpg.Connection, student_id: str) -> dict[str, Any]:
    """A row with something in every column that must not be empty."""
    columns = await db.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'ai_calls'"
    )
    plain = {"integer": 1, "bigint": 1, "numeric": 0, "uuid": student_id, "boolean": True}
    now = datetime.now(UTC).isoformat()
    values = {
        row["column_name"]: plain.get(row["data_type"], now if "time" in row["data_type"] else "x")
        for row in columns
    }
    return values | {"reply": "SOLUTION OF ANOTHER", "student_id": student_id}


async def test_after_a_student_left_the_teacher_is_shown_their_words_no_more(
    student: Person, teacher: Person, db: asyncpg.Connection
) -> None:
    class_id = taught(student, teacher)
    await push(
        db, UUID(teacher.id), "alert", {"student": {"student_id": student.id}, "evidence": ["my words"]}
    )
    assert "my words" in teacher.http.get("/me/export").text
    assert student.http.delete(f"/classes/{class_id}/students/{student.id}").status_code == 204
    assert "my words" not in teacher.http.get("/me/export").text


def test_a_roster_does_not_bring_back_who_left_but_the_code_does(student: Person, teacher: Person) -> None:
    class_id = taught(student, teacher)
    assert student.http.delete(f"/classes/{class_id}/students/{student.id}").status_code == 204
    roster = f"email,name\n{student.email},Person\n"
    headers = {"content-type": "text/csv"}
    report = teacher.http.post(f"/classes/{class_id}/roster", content=roster, headers=headers).json()
    assert (report["enrolled"], report["rows"][0]["status"]) == (0, "refused")
    assert "join code" in report["rows"][0]["message"]
    code = next(
        c["join_code"] for c in teacher.http.get("/classes").json()["items"] if c["class_id"] == class_id
    )
    assert student.http.post("/classes/join", json={"join_code": code}).status_code == 200
    again = teacher.http.post(f"/classes/{class_id}/roster", content=roster, headers=headers).json()
    assert again["rows"][0]["status"] == "unchanged"


def test_looks_stay_when_the_one_who_looked_is_erased(student: Person, teacher: Person) -> None:
    taught(student, teacher)
    assert teacher.http.get(f"/students/{student.id}/progress").status_code == 200
    before = student.http.get("/me/views").json()["items"]
    assert before
    assert teacher.http.delete("/me").status_code == 204
    after = student.http.get("/me/views").json()["items"]
    assert [one["viewer"]["display_name"] for one in after] == [None] * len(before)


async def test_an_alert_on_the_stream_is_a_look(
    student: Person, teacher: Person, db: asyncpg.Connection
) -> None:
    taught(student, teacher)
    await push(db, UUID(teacher.id), "alert", {"student": {"student_id": student.id}, "evidence": ["x"]})
    with teacher.http.stream("GET", "/stream") as answer:
        for line in answer.iter_lines():
            if line == "event: alert":
                break
    assert [one["what"] for one in student.http.get("/me/views").json()["items"]] == ["alert on the stream"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/messages", {"text": "Hi", "due": "2026-12-01"}),
        ("/submissions", {"code": "x = 1", "timeout": 3}),
        ("/exercises", {"topic": "oop", "difficulty": "easy", "tests": []}),
        ("/executions", {"code": "x = 1", "language": "python"}),
        ("/quizzes", {"topic": "oop", "title": "mine"}),
    ],
)
def test_a_field_that_is_not_known_is_named(student: Person, path: str, body: dict[str, Any]) -> None:
    answer = student.http.post(path, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [list(body)[-1]]
