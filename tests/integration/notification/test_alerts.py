"""Teachers hear of a struggle once, with its evidence; a pass ends it."""

from __future__ import annotations

import asyncio
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.models import ActivityDetail, ActivityRecorded, Evidence, StruggleDetected
from functions.alerts import notifying, reading, store
from functions.alerts.alert import AlertRules
from functions.notification.main import notification
from functions.notification.rebuild import Rebuild
from functions.notification.settings import NotificationSettings
from functions.runtime import Tick
from functions.runtime.testing import FakeWork

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RULES = AlertRules()
HANDLER: Any = notification.registration.handler  # type: ignore[attr-defined]


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def struggle(
    student_id: UUID, minutes: float, rule: Any = "same_error", topic: Any = "oop"
) -> StruggleDetected:
    at = after(minutes)
    return StruggleDetected(
        alert_id=uuid4(),
        student_id=student_id,
        rule=rule,
        topic=topic,
        severity="medium",
        occurred_at=at,
        evidence=[Evidence(kind="run", at=at, ref=f"run-{minutes}", summary="NameError")],
    )


def passing(student_id: UUID, minutes: float, topic: Any = "oop") -> ActivityRecorded:
    return ActivityRecorded(
        activity_id=uuid4(),
        student_id=student_id,
        kind="exercise.completed",
        topic=topic,
        occurred_at=after(minutes),
        detail=ActivityDetail(exercise_id=uuid4(), score=1.0, passed=True),
    )


async def handle(db: Any, *events: Any, now: datetime = NOON) -> None:
    for event in events:
        async with db.transaction():
            used = {NotificationSettings: NotificationSettings()}
            await HANDLER(event, FakeWork(db=db, now=now, used=used))


async def person(db: Any, role: str) -> UUID:
    user_id = uuid4()
    await db.execute(
        "INSERT INTO users (user_id, email, display_name, role, password_hash)"
        " VALUES ($1, $2, 'Ada', $3, '')",
        user_id,
        f"{user_id}@example.org",
        role,
    )
    return user_id


async def teach(db: Any, teacher: UUID, *students: UUID) -> None:
    class_id = uuid4()
    await db.execute("INSERT INTO classes VALUES ($1, $2, 'Python', $3)", class_id, teacher, str(class_id))
    for student_id in students:
        await db.execute("INSERT INTO class_members VALUES ($1, $2)", class_id, student_id)


async def stream(db: Any, user_id: UUID) -> list[dict[str, Any]]:
    rows = await db.fetch("SELECT kind, data FROM stream_events WHERE user_id = $1 ORDER BY seq", user_id)
    assert all(row["kind"] == "alert" for row in rows)
    return [json.loads(row["data"]) for row in rows]


@pytest.fixture
async def people(db: Any) -> tuple[UUID, UUID]:
    """A student, and the teacher of two of the student's classes."""
    student_id, teacher = await person(db, "student"), await person(db, "teacher")
    await teach(db, teacher, student_id)
    await teach(db, teacher, student_id)
    return student_id, teacher


async def test_three_detections_make_one_alert_told_once(db: Any, people: Any) -> None:
    student_id, teacher = people
    events = [struggle(student_id, minutes) for minutes in (0, 5, 10)]
    await handle(db, *events, *events)
    [alert] = map(reading.shown, await reading.of_teacher(db, teacher))
    assert (alert["count"], alert["status"], alert["first_seen"], alert["last_seen"]) == (
        3,
        "open",
        NOON,
        after(10),
    )
    assert [piece["ref"] for piece in alert["evidence"]] == ["run-0", "run-5", "run-10"]
    [told] = await stream(db, teacher)
    assert (told["alert_id"], told["student"]["student_id"]) == (str(events[0].alert_id), str(student_id))


async def test_all_orders_of_arrival_end_alike_and_tell_once(db: Any, people: Any) -> None:
    student_id, teacher = people
    events = [
        struggle(student_id, 0),
        struggle(student_id, 8),
        passing(student_id, 4),
        struggle(student_id, 12),
    ]
    ends = set()
    for order in itertools.permutations(events):
        await db.execute("TRUNCATE alerts, alert_detections, alert_passes, alert_notices, stream_events")
        await handle(db, *order)
        ends.add(tuple(sorted(row[0] for row in await db.fetch("SELECT to_jsonb(a)::text FROM alerts a"))))
        assert len(await stream(db, teacher)) <= 2
    assert len(ends) == 1


async def test_a_pass_resolves_and_a_teacher_can_note_why(db: Any, people: Any) -> None:
    student_id, teacher = people
    await handle(db, struggle(student_id, 0), struggle(student_id, 1, topic="files"), passing(student_id, 2))
    by_topic = {row["topic"]: row for row in await reading.of_teacher(db, teacher)}
    assert (by_topic["oop"]["status"], by_topic["oop"]["resolved_at"]) == ("resolved", after(2))
    async with db.transaction():
        await store.act(db, by_topic["files"], "resolve", teacher, after(3), "we talked", RULES)
    row = await reading.one(db, teacher, by_topic["files"]["alert_id"])
    assert row is not None
    assert (row["status"], row["note"], row["resolved_by"]) == ("resolved", "we talked", teacher)


async def test_cooldown_after_acknowledging(db: Any, people: Any) -> None:
    student_id, teacher = people
    await handle(db, struggle(student_id, 0))
    [row] = await reading.of_teacher(db, teacher)
    async with db.transaction():
        await store.act(db, row, "acknowledge", teacher, after(5), None, RULES)
    await handle(db, struggle(student_id, 20))
    assert [a["status"] for a in await reading.of_teacher(db, teacher)] == ["acknowledged"]
    assert len(await stream(db, teacher)) == 1
    await handle(db, struggle(student_id, 40))
    assert [(a["status"], a["count"]) for a in await reading.of_teacher(db, teacher)] == [("open", 3)]
    assert len(await stream(db, teacher)) == 2


async def test_an_alert_is_found_by_any_of_its_detections_and_only_by_its_teacher(
    db: Any, people: Any
) -> None:
    student_id, teacher = people
    late, early = struggle(student_id, 9), struggle(student_id, 1)
    await handle(db, late, early)
    found = [await reading.one(db, teacher, event.alert_id) for event in (late, early)]
    assert {row["alert_id"] for row in found if row} == {early.alert_id}
    stranger = await person(db, "teacher")
    assert await reading.one(db, stranger, early.alert_id) is None
    assert await reading.of_teacher(db, stranger) == []


async def test_an_alert_waits_for_the_teacher_who_comes_later(db: Any) -> None:
    student_id, teacher = await person(db, "student"), await person(db, "teacher")
    await handle(db, struggle(student_id, 0))
    await teach(db, teacher, student_id)
    assert len(await reading.of_teacher(db, teacher, statuses=["open"])) == 1
    async with db.transaction():
        assert await notifying.tell_who_joined(db, student_id, teacher) == 1
    assert len(await stream(db, teacher)) == 1


async def test_a_digest_gathers_what_is_still_open(db: Any, people: Any) -> None:
    student_id, teacher = people
    await notifying.prefer(db, teacher, "digest")
    await handle(
        db, struggle(student_id, 0), struggle(student_id, 1, "stuck"), struggle(student_id, 1, topic="files")
    )
    await handle(db, passing(student_id, 2, "files"), Tick(), now=after(10))
    assert await stream(db, teacher) == []
    await handle(db, Tick(), Tick(), now=after(61))
    [digest] = await stream(db, teacher)
    assert {alert["rule"] for alert in digest["digest"]} == {"same_error", "stuck"}


async def test_pages_go_on_where_the_last_one_ended(db: Any, people: Any) -> None:
    student_id, teacher = people
    rules: list[Any] = ["same_error", "timeout", "stuck", "stalled", "failed_runs"]
    await handle(db, *(struggle(student_id, 1, rule) for rule in rules))
    seen, before = [], None
    while rows := await reading.of_teacher(db, teacher, before=before, limit=2):
        seen += [row["rule"] for row in rows]
        before = (rows[-1]["last_seen"], rows[-1]["alert_id"])
    assert sorted(seen) == sorted(rules)


async def test_concurrent_detections_open_one_alert(pool: Any, db: Any, people: Any) -> None:
    student_id, teacher = people

    async def deliver(event: StruggleDetected) -> None:
        async with pool.acquire() as connection:
            await handle(connection, event)

    await asyncio.gather(*(deliver(struggle(student_id, minutes / 10)) for minutes in range(20)))
    assert [row["count"] for row in await reading.of_teacher(db, teacher)] == [20]
    assert len(await stream(db, teacher)) == 1


async def test_a_rebuild_ends_alike_and_tells_nobody(db: Any, people: Any) -> None:
    student_id, teacher = people
    other = await person(db, "student")
    await teach(db, teacher, other)
    events = [struggle(student_id, m) for m in (0, 3, 50)] + [struggle(other, 1), passing(student_id, 60)]
    await handle(db, *events)
    row = await reading.one(db, teacher, events[3].alert_id)
    assert row is not None
    async with db.transaction():
        await store.act(db, row, "acknowledge", teacher, after(4), None, RULES)
    before, told = await reading.of_teacher(db, teacher), await stream(db, teacher)
    rebuild = await Rebuild.begin(db, RULES)
    await rebuild.take(reversed(events))
    late = struggle(other, 20)
    await handle(db, late)
    await rebuild.finish()
    alerts = await reading.of_teacher(db, teacher)
    assert [dict(a) for a in alerts if a["student_id"] == student_id] == [
        dict(a) for a in before if a["student_id"] == student_id
    ]
    assert [(a["count"], a["status"]) for a in alerts if a["student_id"] == other] == [(2, "acknowledged")]
    assert await stream(db, teacher) == told
    assert await db.fetchval("SELECT count(DISTINCT generation) FROM alert_detections") == 1
