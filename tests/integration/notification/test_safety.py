"""Concerns for a student's safety reach the adults that the school names, at once, and nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from events.models import SafetyRaised
from functions.alerts import notifying, reading
from functions.alerts.alert import AlertRules
from functions.notification.rebuild import Rebuild
from functions.notification.settings import NotificationSettings
from functions.runtime.testing import FakeWork
from tests.integration.notification.test_alerts import (
    HANDLER,
    NOON,
    after,
    handle,
    passing,
    person,
    stream,
    struggle,
    teach,
)


def concern(student_id: UUID, minutes: float = 0, excerpt: str | None = "he hits me") -> SafetyRaised:
    return SafetyRaised(
        alert_id=uuid4(),
        student_id=student_id,
        written_in=uuid4(),
        concern="abuse",
        severity="high",
        excerpt=excerpt,
        occurred_at=after(minutes),
    )


async def told_with(db: Any, event: SafetyRaised, adults: tuple[str, ...]) -> None:
    settings = NotificationSettings(rules=AlertRules(adults=adults))
    async with db.transaction():
        await HANDLER(event, FakeWork(db=db, now=NOON, used={NotificationSettings: settings}))


@pytest.fixture
async def people(db: Any) -> tuple[UUID, UUID, UUID]:
    """A student, the teacher of their class, and the counsellor of the school, who teaches nobody."""
    student_id, teacher = await person(db, "student"), await person(db, "teacher")
    await teach(db, teacher, student_id)
    return student_id, teacher, await person(db, "teacher")


async def test_where_nobody_is_named_the_teachers_are_told(db: Any, people: Any) -> None:
    student_id, teacher, counsellor = people
    await notifying.prefer(db, teacher, "digest")
    await handle(db, concern(student_id))
    [told] = await stream(db, teacher)
    assert (told["rule"], told["severity"]) == ("safety", "high")
    assert told["evidence"][0]["summary"] == 'Violence or abuse at home or by an adult: "he hits me"'
    assert await stream(db, counsellor) == []
    assert [row["rule"] for row in await reading.of_teacher(db, teacher)] == ["safety"]


async def test_named_adults_alone_hear_and_see_of_it(db: Any, people: Any) -> None:
    student_id, teacher, counsellor = people
    adults = (f"{counsellor}@example.org",)
    event = concern(student_id, excerpt=None)
    await told_with(db, event, adults)
    await handle(db, struggle(student_id, 1))
    assert [told["rule"] for told in await stream(db, teacher)] == ["same_error"]
    assert [told["rule"] for told in await stream(db, counsellor)] == ["safety"]
    seen = {who: await reading.of_teacher(db, who, adults=adults) for who in (teacher, counsellor)}
    assert [row["rule"] for row in seen[teacher]] == ["same_error"]
    assert [row["rule"] for row in seen[counsellor]] == ["safety"]
    assert await reading.one(db, teacher, event.alert_id, adults) is None
    assert await reading.one(db, counsellor, event.alert_id, adults) is not None


async def test_a_passed_exercise_does_not_end_a_concern(db: Any, people: Any) -> None:
    student_id, teacher, _ = people
    await handle(db, concern(student_id), passing(student_id, 5))
    assert [row["status"] for row in await reading.of_teacher(db, teacher)] == ["open"]


async def test_a_rebuild_finds_the_same_concern(db: Any, people: Any) -> None:
    student_id, *_ = people
    event = concern(student_id)
    detections, passes, _ = Rebuild(db, 1, AlertRules()).records([event, passing(student_id, 1)])
    assert ([row[0] for row in detections], len(passes)) == ([event.alert_id], 1)
    assert detections[0][4] == "safety"
