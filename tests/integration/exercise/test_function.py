"""The exercise function as a process: events in, rows and events out."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.exercise.bank import load
from functions.exercise.instance import instantiate
from tests.fakes.functions import with_model
from tests.support.own_time import own_time

REQUESTED = "learnflow.exercise.requested.v1"
SUBMITTED = "learnflow.code.submitted.v1"
PING = "dev.knative.sources.ping"
STUDENT = uuid4()
WRONG = "x = {number}\n"
WAITING_S = 5.0


async def request(function: Any, **more: str) -> str:
    """Ask for an exercise as the gateway or triage does."""
    exercise_id = str(uuid4())
    data = {
        "exercise_id": exercise_id,
        "student_id": str(STUDENT),
        "topic": "basics",
        "difficulty": "easy",
        **more,
    }
    answer = await asyncio.to_thread(function.send, REQUESTED, data)
    assert answer.status_code == 200, answer.text
    return exercise_id


async def submit(
    function: Any, exercise_id: str, code: str, *, at: datetime | None = None, student: UUID = STUDENT
) -> tuple[str, int]:
    """Hand code in; gives the submission and the status of the delivery."""
    submission_id = str(uuid4())
    data = {
        "submission_id": submission_id,
        "student_id": str(student),
        "code": code,
        "exercise_id": exercise_id,
    }
    attributes = {"time": at.isoformat()} if at else {}
    answer = await asyncio.to_thread(lambda: function.send(SUBMITTED, data, **attributes))
    return submission_id, answer.status_code


async def solution(db: Any, exercise_id: str) -> str:
    return str(await db.fetchval("SELECT solution FROM exercises WHERE exercise_id = $1", UUID(exercise_id)))


def of_type(sinks: Any, sink: str, name: str) -> list[dict[str, Any]]:
    return [event.data for event in sinks.to(sink) if event.type == f"learnflow.{name}.v1"]


async def test_an_exercise_is_prepared(function: Any, sinks: Any, db: Any) -> None:
    """A pending row becomes ready with all a student needs, and two events tell of it."""
    exercise_id = str(uuid4())
    await db.execute(
        "INSERT INTO exercises (exercise_id, student_id, topic, difficulty) VALUES ($1, $2, 'files', 'hard')",
        UUID(exercise_id),
        STUDENT,
    )
    await request(function, exercise_id=exercise_id, topic="files", difficulty="hard")
    row = await db.fetchrow("SELECT * FROM exercises WHERE exercise_id = $1", UUID(exercise_id))
    assert (row["status"], row["origin"], row["topic"], row["difficulty"]) == (
        "ready",
        "bank",
        "files",
        "hard",
    )
    assert all(row[name] for name in ("title", "instructions", "starter_code", "solution", "ready_at"))
    assert len(json.loads(row["examples"])) >= 2
    [generated] = of_type(sinks, "exercise-generated", "exercise.generated")
    [answer] = of_type(sinks, "learning-responses", "response.produced")
    assert (generated["exercise_id"], generated["origin"]) == (exercise_id, "bank")
    assert (answer["exercise_id"], answer["agent"], answer["status"]) == (exercise_id, "exercise", "answered")
    assert row["title"] in answer["text"]
    hidden = [test["hint"] for test in json.loads(row["tests"]) if test.get("hint")]
    assert hidden
    assert not [hint for hint in hidden if hint in answer["text"]]


async def test_a_wish_for_a_concept_is_met_or_it_is_told(function: Any, sinks: Any, db: Any) -> None:
    """The concept decides before the topic; what is not there is said in the note and in the chat."""
    met = await request(function, topic="basics", concept="decorators", difficulty="medium")
    unmet = await request(function, topic="basics", concept="comments")
    rows = {str(row["exercise_id"]): row for row in await db.fetch("SELECT * FROM exercises")}
    assert "decorators" in rows[met]["concepts"] and rows[met]["note"] is None
    assert rows[unmet]["note"].startswith("I have no exercise on")
    texts = [event.data["text"] for event in sinks.to("learning-responses")]
    assert any(text.startswith("I have no exercise on") for text in texts)


async def test_an_exercise_from_the_chat_answers_the_message(function: Any, sinks: Any, db: Any) -> None:
    """Triage asks before there is a row: it is made, and the message is answered."""
    message_id, conversation_id = str(uuid4()), str(uuid4())
    exercise_id = await request(function, message_id=message_id, conversation_id=conversation_id)
    assert (
        await db.fetchval("SELECT status FROM exercises WHERE exercise_id = $1", UUID(exercise_id)) == "ready"
    )
    [answer] = of_type(sinks, "learning-responses", "response.produced")
    assert (answer["message_id"], answer["conversation_id"]) == (message_id, conversation_id)


async def test_nobody_gets_an_exercise_twice(function: Any, db: Any) -> None:
    """As many requests at once as there are exercises give each once, and one more a variation."""
    count = len(load().of("basics", "easy"))
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(eventually(function))
    await request(function)
    rows = await db.fetch("SELECT bank_id, seed, origin FROM exercises ORDER BY ready_at")
    assert len({row["bank_id"] for row in rows[:count]}) == count
    assert len({(row["bank_id"], row["seed"]) for row in rows}) == count + 1
    assert rows[count]["origin"] == "variation"


async def eventually(function: Any) -> None:
    """Deliver until it is taken, as a KafkaSource does."""
    ids = {"exercise_id": str(uuid4()), "student_id": str(STUDENT)}
    data = {**ids, "topic": "basics", "difficulty": "easy"}
    for _ in range(10):
        answer = await asyncio.to_thread(lambda: function.send(REQUESTED, data, id=ids["exercise_id"]))
        if answer.status_code == 200:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(answer.status_code)


async def test_a_variation_has_other_values(function: Any, db: Any) -> None:
    """The same exercise comes again with other values, in its own difficulty."""
    first = await request(function)
    second = await request(function, variation_of=first)
    one, other = await db.fetch("SELECT bank_id, seed, origin, variation_of FROM exercises ORDER BY ready_at")
    assert one["bank_id"] == other["bank_id"]
    assert one["seed"] != other["seed"]
    assert (other["origin"], other["variation_of"]) == ("variation", UUID(first))
    assert second != first


async def test_a_solution_is_graded(function: Any, sinks: Any, db: Any) -> None:
    """All tests pass: a grade, an answer, two activities, and no alarm."""
    exercise_id = await request(function)
    await db.execute(
        "INSERT INTO exercise_help VALUES ($1, $2, 'how', clock_timestamp())", STUDENT, UUID(exercise_id)
    )
    submission_id, status = await submit(function, exercise_id, await solution(db, exercise_id))
    assert status == 200
    row = await db.fetchrow("SELECT * FROM grades WHERE submission_id = $1", UUID(submission_id))
    assert (row["score"], row["hint_level"]) == (1.0, "how")
    assert row["passed"] == row["total"] == len(json.loads(row["tests"]))
    assert set(json.loads(row["tests"])[0]) == {"name", "passed", "message", "hidden"}
    attempted, completed = of_type(sinks, "progress-events", "activity.recorded")
    assert [attempted["kind"], completed["kind"]] == ["exercise.attempted", "exercise.completed"]
    assert attempted["activity_id"] != completed["activity_id"]
    detail = attempted["detail"]
    assert (detail["score"], detail["passed"], detail["hint_level"]) == (1.0, True, "how")
    assert (detail["difficulty"], detail["status"]) == ("easy", "passed")
    answer = of_type(sinks, "learning-responses", "response.produced")[-1]
    assert answer["submission_id"] == submission_id
    assert "all" in answer["text"]
    assert sinks.to("struggle-detected") == []


async def test_code_without_an_exercise_is_none_of_its_business(function: Any, sinks: Any, db: Any) -> None:
    """A plain submission, and code that a chat message shows, is left to the review."""
    data = {"submission_id": str(uuid4()), "student_id": str(STUDENT), "code": "print(1)"}
    assert (await asyncio.to_thread(function.send, SUBMITTED, data)).status_code == 200
    data |= {"submission_id": str(uuid4()), "exercise_id": str(uuid4()), "message_id": str(uuid4())}
    assert (await asyncio.to_thread(function.send, SUBMITTED, data)).status_code == 200
    assert sinks.received == []
    assert await db.fetchval("SELECT count(*) FROM grades") == 0


async def test_a_foreign_or_unknown_exercise_is_answered_not_graded(
    function: Any, sinks: Any, db: Any
) -> None:
    """Whose exercise it is, and whether there is one, decides; the student gets an answer."""
    exercise_id = await request(function)
    for target, student in ((str(uuid4()), STUDENT), (exercise_id, uuid4())):
        assert (await submit(function, target, "x = 1", student=student))[1] == 200
        assert of_type(sinks, "learning-responses", "response.produced")[-1]["status"] == "failed"
    assert await db.fetchval("SELECT count(*) FROM grades") == 0


async def test_five_failing_runs_raise_one_alarm(function: Any, sinks: Any, db: Any) -> None:
    """The fifth failure tells the teacher, with the runs as evidence; the sixth does not again."""
    exercise_id = await request(function)
    for number in range(6):
        await submit(function, exercise_id, WRONG.format(number=number))
        await submit(function, exercise_id, "") if number == 9 else None
    [alarm] = of_type(sinks, "struggle-detected", "struggle.detected")
    assert (alarm["rule"], alarm["severity"], alarm["topic"]) == ("failed_runs", "medium", "basics")
    assert len(alarm["evidence"]) == 5
    assert "tests pass" in alarm["evidence"][0]["summary"]
    assert await db.fetchval("SELECT count(*) FROM attempts") == 6


async def test_five_failing_runs_of_one_program_raise_the_alarm_as_well(function: Any, sinks: Any) -> None:
    """Five failing runs in a row, changed or not; the error each of them met is told as well."""
    exercise_id = await request(function)
    for _ in range(5):
        await submit(function, exercise_id, "print(valeu)\n")
    [alarm] = of_type(sinks, "struggle-detected", "struggle.detected")
    assert alarm["rule"] == "failed_runs"
    seen = [a for a in of_type(sinks, "progress-events", "activity.recorded") if a["kind"] == "error.seen"]
    assert len({one["activity_id"] for one in seen}) == 5
    detail = seen[0]["detail"]
    assert (detail["error_type"], detail["exercise_id"]) == ("NameError", exercise_id)
    assert "valeu" in detail["error_message"]


async def test_failures_count_when_they_arrive_late(function: Any, sinks: Any) -> None:
    """What counts is when code was handed in, not when it arrived."""
    exercise_id = await request(function)
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for number in (4, 2, 0, 3, 1):
        at = start + timedelta(minutes=number)
        await submit(function, exercise_id, WRONG.format(number=number), at=at)
    [alarm] = of_type(sinks, "struggle-detected", "struggle.detected")
    assert datetime.fromisoformat(alarm["occurred_at"]) == start + timedelta(minutes=4)


async def test_a_timeout_raises_an_alarm_and_a_second_one_is_urgent(function: Any, sinks: Any) -> None:
    """A loop that never ends is seen at once."""
    exercise_id = await request(function)
    for _ in range(2):
        await submit(function, exercise_id, "while True:\n    pass\n")
    alarms = of_type(sinks, "struggle-detected", "struggle.detected")
    assert [(alarm["rule"], alarm["severity"]) for alarm in alarms] == [
        ("timeout", "medium"),
        ("timeout", "high"),
    ]


async def test_the_sweep_finds_who_is_stalled_once(function: Any, sinks: Any) -> None:
    """Eleven active minutes without a pass: one alarm, however often the sweep comes."""
    exercise_id = await request(function)
    now = datetime.now(UTC)
    for number in range(7):
        at = now - timedelta(minutes=12 - 2 * number)
        await submit(function, exercise_id, WRONG.format(number=number % 2), at=at)
    for _ in range(2):
        assert (await asyncio.to_thread(function.send, PING, {})).status_code == 200
    alarms = [a for a in of_type(sinks, "struggle-detected", "struggle.detected") if a["rule"] == "stalled"]
    assert len(alarms) == 1
    assert len(alarms[0]["evidence"]) == 7


async def test_a_redelivery_changes_nothing(function: Any, sinks: Any, db: Any) -> None:
    """The same submission is graded once."""
    exercise_id = await request(function)
    data = {
        "submission_id": str(uuid4()),
        "student_id": str(STUDENT),
        "code": "x",
        "exercise_id": exercise_id,
    }
    for _ in range(3):
        await asyncio.to_thread(lambda: function.send(SUBMITTED, data, id="again"))
    assert await db.fetchval("SELECT count(*) FROM grades") == 1
    kinds = [one["kind"] for one in of_type(sinks, "progress-events", "activity.recorded")]
    assert kinds == ["exercise.attempted", "error.seen"]


async def test_our_failure_is_never_the_students(start: Any, sinks: Any, db: Any, free_port: int) -> None:
    """Without a sandbox it is tried again, and in the end said honestly, without a score."""
    function = start("http://127.0.0.1:9", LEARNFLOW_EXECUTION_BUSY_S="0")
    exercise_id = await ready_exercise(db)
    data = {
        "submission_id": str(uuid4()),
        "student_id": str(STUDENT),
        "code": "x",
        "exercise_id": exercise_id,
    }
    statuses = [
        (await asyncio.to_thread(lambda: function.send(SUBMITTED, data, id="s1"))).status_code
        for _ in range(4)
    ]
    assert statuses == [503, 503, 503, 200]
    [answer] = of_type(sinks, "learning-responses", "response.produced")
    assert answer["status"] == "failed"
    assert "our fault" in answer["text"]
    assert [await db.fetchval(f"SELECT count(*) FROM {table}") for table in ("grades", "attempts")] == [0, 0]
    assert sinks.to("progress-events") == sinks.to("struggle-detected") == []


async def test_without_a_sandbox_a_proven_exercise_is_handed_out(start: Any, sinks: Any, db: Any) -> None:
    """An exercise that was proven before needs no sandbox; without any the student is told."""
    function = start("http://127.0.0.1:9", LEARNFLOW_EXECUTION_BUSY_S="0", LEARNFLOW_SANDBOX_TRIES="1")
    first = await request(function)
    assert await db.fetchval("SELECT status FROM exercises WHERE exercise_id = $1", UUID(first)) == "failed"
    assert of_type(sinks, "learning-responses", "response.produced")[0]["status"] == "failed"
    for exercise in load().of("basics", "easy"):
        for number in range(exercise.variations):
            instance = instantiate(exercise, number)
            expected = json.dumps([1] * len(instance.tests))
            await db.execute(
                "INSERT INTO verified_exercises VALUES ($1, $2::jsonb)", instance.content_hash, expected
            )
    second = await request(function)
    assert await db.fetchval("SELECT status FROM exercises WHERE exercise_id = $1", UUID(second)) == "ready"


async def ready_exercise(db: Any) -> str:
    """Put an exercise into the database as if it had been prepared."""
    exercise_id = uuid4()
    tests = json.dumps([{"name": "one", "kind": "call", "source": "f()", "expected": 1}])
    await db.execute(
        "INSERT INTO exercises (exercise_id, student_id, status, topic, difficulty, title, tests) "
        "VALUES ($1, $2, 'ready', 'basics', 'easy', 'One', $3::jsonb)",
        exercise_id,
        STUDENT,
        tests,
    )
    return str(exercise_id)


async def test_an_erased_student_stays_erased(function: Any, sinks: Any, db: Any) -> None:
    """A replay of the topics brings nothing back."""
    await db.execute("INSERT INTO erased_users (user_id) VALUES ($1)", STUDENT)
    exercise_id = await request(function)
    await submit(function, exercise_id, "x = 1")
    assert await db.fetchval("SELECT count(*) FROM exercises") == 0
    assert sinks.received == []


@pytest.mark.parametrize("table", ["exercises", "grades", "attempts"])
async def test_hot_queries_use_an_index(db: Any, table: str) -> None:
    """A student's rows are found without reading the whole table."""
    await db.execute("SET enable_seqscan = off")
    plan = await db.fetch(f"EXPLAIN SELECT * FROM {table} WHERE student_id = $1", STUDENT)
    assert "Index" in " ".join(row[0] for row in plan)


INVENTED: dict[str, Any] = {
    "title": "Money in the jar",
    "instructions": "Write a function `total(values)` that gets a list of coins and returns their sum.",
    "starter": "def total(values):\n    pass\n",
    "solution": "def total(values):\n    n = 0\n    for one in values:\n        n += one\n    return n\n",
    "tests": [
        {"name": "two coins", "call": "total([1, 2])", "gives": "3"},
        {"name": "one coin", "call": "total([5])", "gives": "5"},
        {"name": "no coin", "call": "total([])", "gives": "0", "hint": "The jar may be empty."},
    ],
}


async def test_when_the_bank_has_nothing_new_the_model_makes_one_up_and_a_broken_one_is_left_out(
    start: Any, runner: Any, sinks: Any, db: Any, model: Any
) -> None:
    """Only what passes the gate reaches a student: else there is a variation of the bank."""
    function = start(f"http://127.0.0.1:{runner.port}", **with_model(model))
    known = len(load().of("functions", "easy"))
    ids = [await request(function, topic="functions") for _ in range(known)]
    assert model.seen() == []
    wrong = {**INVENTED, "tests": [{**INVENTED["tests"][0], "gives": "4"}, *INVENTED["tests"][1:]]}
    for made in (wrong, INVENTED):
        model.behave("say", json.dumps(made))
        ids.append(await request(function, topic="functions"))
    rows = await db.fetch("SELECT origin, title FROM exercises ORDER BY ready_at")
    assert [row["origin"] for row in rows] == ["bank"] * known + ["variation", "model"]
    assert rows[-1]["title"] == INVENTED["title"]
    await submit(function, ids[-1], str(INVENTED["solution"]))
    assert of_type(sinks, "progress-events", "activity.recorded")[-1]["kind"] == "exercise.completed"


async def test_a_model_that_says_nothing_leaves_a_variation_within_five_seconds(
    start: Any, runner: Any, db: Any, model: Any
) -> None:
    function = start(f"http://127.0.0.1:{runner.port}", **with_model(model))
    for _ in load().of("functions", "easy"):
        await request(function, topic="functions")
    model.behave("stall")
    for _ in range(3):  # the sandbox's own programs starve unseen on a busy machine: then once or twice more
        with own_time(function.process.pid) as taken:
            await request(function, topic="functions")
        if taken.own_s < WAITING_S:
            break
    assert taken.own_s < WAITING_S, taken
    assert await db.fetchval("SELECT origin FROM exercises ORDER BY ready_at DESC LIMIT 1") == "variation"
