"""The story of the product, over HTTP, the stream and Kafka: Maya learns, James struggles and is helped.

At its end Maya leaves, and nothing of her is left nor comes back.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from functions.gateway.queries import personal_data
from functions.runtime.catalog import by_name
from tests.e2e.people import LIMIT_S, PAUSE_S, Person, right_answers, solution
from tests.support import plain
from tests.support.eventually import eventually
from tests.support.system import LocalSystem
from tests.support.traces import mentions

TOPIC = "control-flow"
CRASHES = "prices = [3, 4]\nprint(prices[2])  # {mark}"
ERROR = 'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n{last}'
OUT_OF_RANGE = ERROR.format(last="IndexError: list index out of range")


@dataclass
class School:
    """Two students and their teacher, all of them listening."""

    maya: Person
    james: Person
    teacher: Person
    class_id: str
    db: asyncpg.Connection[asyncpg.Record]
    mark: str


@pytest.fixture
async def school(system: LocalSystem) -> AsyncIterator[School]:
    async with AsyncExitStack() as stack:
        url = f"{system.url}/api/v1"

        async def client() -> httpx.AsyncClient:
            return await stack.enter_async_context(plain.async_client(base_url=url, timeout=60))

        invite = system.exports["LEARNFLOW_TEACHER_INVITE"]
        maya, james = [await Person.register(await client(), name) for name in ("Maya", "James")]
        teacher = await Person.register(await client(), "Ada", role="teacher", invite=invite)
        made = await teacher.post("/classes", {"name": "Python 1"})
        for one in (maya, james):
            await one.post("/classes/join", {"join_code": made["join_code"]})
        listening = [asyncio.create_task(one.listen()) for one in (maya, james, teacher)]
        db = await asyncpg.connect(system.exports["DATABASE_URL"])
        yield School(maya, james, teacher, made["class_id"], db, f"mark-{secrets.token_hex(6)}")
        await db.close()
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def test_maya_learns_james_is_helped_and_maya_leaves(system: LocalSystem, school: School) -> None:
    await maya_learns(school)
    await james_struggles(school)
    await james_is_helped(school)
    await all_that_is_stored_is_exported(school)
    await maya_leaves(system, school)


async def maya_learns(school: School) -> None:
    """She asks, solves three exercises, one of them with a hint, takes a quiz, and sees what it comes to."""
    maya, db = school.maya, school.db
    assert (await maya.ask(f"How does a for loop work? {school.mark}"))["agent"] == "concepts"
    for number in range(3):
        asked = await maya.post("/exercises", {"topic": TOPIC, "difficulty": "easy"})
        exercise_id = asked["exercise_id"]
        assert (await maya.exercise(exercise_id))["topic"] == TOPIC
        if number == 0:
            error = ERROR.format(last="NameError: name 'totl' is not defined")
            code = f"total = 1\nprint(totl)  # {school.mark}"
            help_given = await maya.ask(
                "Why does this fail?", code=code, error=error, topic=TOPIC, exercise_id=exercise_id
            )
            assert help_given["agent"] == "debug"
        done = await maya.hand_in(exercise_id, await solution(db, exercise_id))
        counted = 1.0 if number else 0.9
        assert (done["grade"]["score"], done["grade"]["counted_score"]) == (1.0, counted)
    quiz = await maya.post("/quizzes", {"topic": TOPIC})
    answers = await right_answers(db, quiz["quiz_id"])
    del answers[quiz["questions"][0]["id"]]
    assert (await maya.post(f"/quizzes/{quiz['quiz_id']}/answers", {"answers": answers}))["score"] == 0.8

    async def counted_up() -> Any:
        found = await maya.get("/progress")
        [topic] = [one for one in found["topics"] if one["topic"] == TOPIC]
        seen = topic["evidence"]
        totals = (seen["exercises_total"], seen["quizzes_total"], seen["reviews_total"])
        return (found, topic) if totals == (3, 1, 3) else None

    found, topic = await eventually(counted_up, bool, "Maya's progress counts all she did", LIMIT_S, PAUSE_S)
    parts, seen = topic["components"], topic["evidence"]
    assert (parts["exercises"], parts["quizzes"]) == (29.0, 80.0)  # 100 · (0.5·0.9 + 0.5 + 0.5) / 5
    days = len(seen["active_days"])  # two, should midnight come in between
    assert parts["consistency"] == 20.0 * days
    quality = sum(one["value"] for one in seen["reviews"]) / 3
    assert parts["code_quality"] == pytest.approx(quality, abs=0.06)
    whole = 0.4 * 29 + 0.3 * 80 + 0.2 * quality + 0.1 * 20 * days
    assert topic["mastery"] == pytest.approx(whole, abs=0.06)
    assert (topic["provisional"], found["streak_days"]) == (False, days)
    assert sorted(one["counted"] for one in seen["exercises"]) == [0.9, 1.0, 1.0]
    course = await school.teacher.get(f"/students/{maya.id}/progress/history")
    assert course["days"][-1]["topics"][TOPIC] == topic["mastery"]
    table = await school.teacher.get(f"/classes/{school.class_id}/progress", sort="-mastery")
    assert [row["display_name"] for row in table["students"]] == ["Maya", "James"]
    assert (await maya.ask("How is my progress?"))["agent"] == "progress"


async def james_struggles(school: School) -> None:
    """The third time he meets the same error his teacher hears of it, once, with the three as evidence."""
    james, teacher = school.james, school.teacher
    for number in range(3):
        code = CRASHES.format(mark=f"try {number} {school.mark}")
        sent = time.monotonic()
        answer = await james.ask("Why does my code crash?", code=code, error=OUT_OF_RANGE)
        assert answer["agent"] == "debug"

    async def told() -> Any:
        return teacher.told("alert")

    [(alert, at)] = await eventually(told, bool, "the teacher hears of James", LIMIT_S, PAUSE_S)
    print(f"the teacher heard of it {at - sent:.2f} s after the third error was sent")
    assert (alert["rule"], alert["student"]["display_name"], alert["status"]) == (
        "same_error",
        "James",
        "open",
    )
    pieces = alert["evidence"]
    assert len({piece["ref"] for piece in pieces}) == len(pieces) == 3
    assert all("list index out of range" in piece["summary"] for piece in pieces)
    assert [f"try {number}" in piece["excerpt"] for number, piece in enumerate(pieces)] == [True] * 3


async def james_is_helped(school: School) -> None:
    """His teacher acknowledges and gives him an easy exercise; he solves it, and the alert ends by itself."""
    james, teacher = school.james, school.teacher
    [(alert, _)] = teacher.told("alert")
    path = f"/alerts/{alert['alert_id']}"
    assert (await teacher.post(f"{path}/acknowledge"))["status"] == "acknowledged"
    body = {"topic": alert["topic"], "difficulty": "easy", "note": "Watch where the list ends."}
    given = await teacher.post(f"/students/{james.id}/exercises", body)

    async def offered() -> Any:
        return [one for one, _ in james.told("exercise") if one["exercise_id"] == given["exercise_id"]]

    await eventually(offered, bool, "James hears of the exercise", LIMIT_S, PAUSE_S)
    shown = await james.exercise(given["exercise_id"])
    assert (shown["assigned"]["by"], shown["assigned"]["note"]) == ("Ada", body["note"])
    await james.hand_in(given["exercise_id"], await solution(school.db, given["exercise_id"]))

    async def over() -> Any:
        return (await teacher.get(path))["status"] == "resolved"

    await eventually(over, bool, "the alert resolves itself", LIMIT_S, PAUSE_S)
    [item] = (await teacher.get(f"/students/{james.id}/exercises", assigned=True))["items"]
    assert item["best"] == {"submissions": 1, "score": 1.0, "passed": True}
    assert len(teacher.told("alert")) == 1
    looks = {look["what"] for look in (await james.get("/me/views"))["items"]}
    assert {"exercises", "class progress", "alert"} <= looks


async def all_that_is_stored_is_exported(school: School) -> None:
    """Every table with anything of a student in it is exported, or is known to say nothing more."""
    known = {store.table for store in personal_data.STORES}
    for person in (school.maya, school.james):
        found = await mentions(school.db, person.id)
        assert set(found) - known == personal_data.NOT_EXPORTED
        data = (await person.get("/me/export"))["data"]
        # Rows of other people that name this one, such as a teacher's stream, are not this one's to have.
        owned = {store.table for store in personal_data.STORES if store.owner in ("student_id", "user_id")}
        missing = {table for table in found if table in owned and not data[table]}
        assert missing == set()
    assert len(data["activities"]) >= 5
    assert data["alerts"][0]["evidence"]


async def maya_leaves(system: LocalSystem, school: School) -> None:
    """She erases herself; then all her events are delivered again, to every function."""
    maya, db = school.maya, school.db
    records = await events_of(system, maya.id)
    assert {record.type for record in records} >= {
        "learnflow.query.submitted.v1",
        "learnflow.code.submitted.v1",
        "learnflow.activity.recorded.v1",
        "learnflow.response.produced.v1",
    }
    assert (await maya.http.delete("/me")).status_code == 204
    left = {maya.id: {"erased_users": 1}, maya.email: {}}
    assert {text: await mentions(db, text) for text in left} == left
    functions = [
        url
        for name, url in system.exports.items()
        if name.startswith("LEARNFLOW_FUNCTION_") and not name.endswith(("GATEWAY_URL", "RUNNER_URL"))
    ]
    async with plain.async_client(timeout=30) as client:
        for record in records:
            for url in functions:
                answer = await client.post(url, headers=record.headers, content=record.body)
                assert answer.status_code < 300, (url, record.type, answer.text)
    assert {text: await mentions(db, text) for text in left} == left
    table = await school.teacher.get(f"/classes/{school.class_id}/progress")
    assert [row["display_name"] for row in table["students"]] == ["James"]


@dataclass(frozen=True)
class Recorded:
    """One event as it stands in Kafka."""

    type: str
    headers: dict[str, str]
    body: bytes


async def events_of(system: LocalSystem, student_id: str) -> list[Recorded]:
    """Read all events of a student from all topics, from their beginning to their end."""
    topics = {kind.topic for kind in by_name().values()}
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=system.exports["KAFKA_BOOTSTRAP_SERVERS"],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        assert {part.topic for part in ends} == topics
        found: list[Recorded] = []
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [event for one in records if (event := recorded(one, student_id))]
        return found
    finally:
        await consumer.stop()


def recorded(record: Any, student_id: str) -> Recorded | None:
    """Read a record as it is delivered; None when it is another student's."""
    headers = {name.replace("ce_", "ce-"): value.decode() for name, value in record.headers}
    if headers.get("ce-subject") != student_id:
        return None
    return Recorded(headers["ce-type"], headers, record.value)
