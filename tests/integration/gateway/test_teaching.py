"""What teachers give, choose and look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from events.models import Evidence, StruggleDetected
from functions.alerts import store
from functions.alerts.alert import AlertRules
from tests.integration.gateway.conftest import Person
from tests.support.sinks import Sinks

NOW = datetime.now(UTC)


@pytest.fixture
def pupil(student: Person, teacher: Person) -> Person:
    """A student in a class of the teacher."""
    code = teacher.http.post("/classes", json={"name": "Python 1"}).json()["join_code"]
    assert student.http.post("/classes/join", json={"join_code": code}).status_code == 200
    return student


def test_an_exercise_is_given_to_a_student(teacher: Person, pupil: Person, gateway_sinks: Sinks) -> None:
    body = {"topic": "oop", "difficulty": "easy", "note": "Take your time."}
    own = pupil.http.post("/exercises", json={"topic": "files", "difficulty": "easy"}).json()["exercise_id"]
    path = f"/students/{pupil.id}/exercises"
    given, again = (
        teacher.http.post(path, json=body, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
    )
    assert (given["status"], again) == ("pending", given)
    gateway_sinks.wait(lambda: any(given["exercise_id"] in str(e.body) for e in gateway_sinks.received))
    [event] = [e for e in gateway_sinks.to("exercise-requests") if given["exercise_id"] in str(e.body)]
    assert (event.data["student_id"], event.attributes["subject"]) == (pupil.id, pupil.id)
    shown = pupil.http.get(f"/exercises/{given['exercise_id']}").json()
    assert (shown["assigned"]["by"], shown["assigned"]["note"]) == ("Person", "Take your time.")
    for query, expected in (
        ("", [given["exercise_id"], own]),
        ("?assigned=true", [given["exercise_id"]]),
        ("?assigned=false", [own]),
        ("?topic=files&difficulty=easy", [own]),
        ("?topic=files&difficulty=hard", []),
    ):
        for listed in (pupil.http.get(f"/exercises{query}"), teacher.http.get(f"{path}{query}")):
            assert [item["exercise_id"] for item in listed.json()["items"]] == expected


async def test_a_teacher_sees_how_far_the_student_came(
    teacher: Person, pupil: Person, db: asyncpg.Connection
) -> None:
    path = f"/students/{pupil.id}/exercises"
    exercise_id = teacher.http.post(path, json={"topic": "oop", "difficulty": "easy"}).json()["exercise_id"]
    assert teacher.http.get(path).json()["items"][0]["best"] is None
    for score, passed in ((0.5, 1), (1.0, 2), (0.0, 0)):
        await db.execute(
            "INSERT INTO grades (submission_id, student_id, exercise_id, score, passed, total, tests)"
            " VALUES ($1, $2, $3, $4, $5, 2, '[]')",
            uuid4(),
            UUID(pupil.id),
            UUID(exercise_id),
            score,
            passed,
        )
    for shown in (
        teacher.http.get(path).json()["items"][0],
        pupil.http.get(f"/exercises/{exercise_id}").json(),
    ):
        assert shown["best"] == {"submissions": 3, "score": 1.0, "passed": True}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"topic": "latin", "difficulty": "easy"}, 422, "topic"),
        ({"topic": "oop", "difficulty": "easy", "note": "x" * 501}, 422, "note"),
        ({"topic": "oop", "difficulty": "easy", "note": "\x00"}, 422, "note"),
        ({"topic": "oop", "difficulty": "easy", "variation_of": str(uuid4())}, 404, "variation_of"),
    ],
)
def test_what_can_not_be_given_is_named(
    teacher: Person, pupil: Person, body: dict[str, Any], status: int, field: str
) -> None:
    answer = teacher.http.post(f"/students/{pupil.id}/exercises", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


def test_a_student_sees_who_looked(teacher: Person, pupil: Person) -> None:
    for place in ("progress", "progress/history", "exercises"):
        teacher.http.get(f"/students/{pupil.id}/{place}", headers={"x-request-id": f"look-{place[:8]}"})
    teacher.http.get("/students")
    pupil.http.get(f"/students/{pupil.id}/progress")
    first = pupil.http.get("/me/views?limit=3").json()
    rest = pupil.http.get("/me/views", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    looks = [*first["items"], *rest["items"]]
    assert [look["what"] for look in looks] == ["students", "exercises", "progress history", "progress"]
    assert {look["viewer"]["id"] for look in looks} == {teacher.id}
    assert rest["next_cursor"] is None
    assert not {look["request_id"] for look in looks} & {"look-progress", "look-exercise"}
    assert teacher.http.get("/me/views").json()["items"] == []
    refused = teacher.http.get("/me/views", params={"cursor": first["next_cursor"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")


async def raise_alerts(db: asyncpg.Connection, student_id: str) -> dict[str, str]:
    """Raise one alert for each of three rules; gives their ids."""
    found = {}
    kinds: list[tuple[Any, Any, Any]] = [
        ("stuck", "oop", "low"),
        ("timeout", "files", "high"),
        ("stalled", "errors", "medium"),
    ]
    for rule, topic, severity in kinds:
        detection = StruggleDetected(
            alert_id=uuid4(),
            student_id=UUID(student_id),
            topic=topic,
            rule=rule,
            severity=severity,
            evidence=[Evidence(kind="run", at=NOW, summary="5 of 9 tests pass")],
            occurred_at=NOW - timedelta(minutes=len(found)),
        )
        async with db.transaction():
            await store.detected(db, detection, AlertRules())
        found[rule] = str(detection.alert_id)
    return found


async def test_alerts_are_filtered_and_found_by_their_id(
    teacher: Person, pupil: Person, sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    alerts, other = await raise_alerts(db, pupil.id), sign_up()
    made = teacher.http.post("/classes", json={"name": "Python 2"}).json()
    other.http.post("/classes/join", json={"join_code": made["join_code"]})
    await raise_alerts(db, other.id)
    for query, rules in (
        (f"student_id={pupil.id}", ["stuck", "timeout", "stalled"]),
        (f"class_id={made['class_id']}&rule=timeout", ["timeout"]),
        (f"class_id={uuid4()}", []),
        ("severity=high", ["timeout", "timeout"]),
        ("topic=errors&status=open", ["stalled", "stalled"]),
        ("status=resolved", []),
    ):
        shown = teacher.http.get(f"/alerts?{query}").json()["items"]
        assert [one["rule"] for one in shown] == rules, query
    one = teacher.http.get(f"/alerts/{alerts['timeout']}").json()
    assert (one["rule"], one["student"]["student_id"]) == ("timeout", pupil.id)
    assert one["evidence"][0]["summary"] == "5 of 9 tests pass"


def test_how_a_teacher_hears_of_alerts_is_their_choice(teacher: Person) -> None:
    for chosen in ("digest", "at_once"):
        assert teacher.http.post("/alerts/delivery", json={"delivery": chosen}).status_code == 200
        assert teacher.http.get("/alerts/delivery").json() == {"delivery": chosen}
    assert teacher.http.post("/alerts/delivery", json={"delivery": "mail"}).status_code == 422
