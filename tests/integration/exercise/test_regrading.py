"""Hand-ins are graded again by the tests of today: first only to see what differs, then for good."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from events.models import ActivityRecorded, StruggleCorrected, StruggleDetected
from functions.alerts import store as alerts
from functions.alerts.alert import AlertRules
from functions.exercise.bank import load
from functions.exercise.instance import instantiate
from functions.exercise.todays_tests import HINT
from functions.progress import store as progress
from functions.progress.reading import progress_of
from functions.progress.rules import MasteryRules
from tests.integration.exercise.test_function import PING, of_type, request

REGRADE, SUBMITTED = "learnflow.regrade.requested.v1", "learnflow.code.submitted.v1"
RULES = MasteryRules()
BANK_ID = "data-structures/shopping-without-doubles"


@pytest.fixture
async def student(db: Any) -> UUID:
    made = uuid4()
    await db.execute(
        "INSERT INTO users (user_id, email, display_name, password_hash, role)"
        " VALUES ($1, $2, 'Maya', 'x', 'student')",
        made,
        f"{made}@example.com",
    )
    return made


async def weakened(db: Any, function: Any, student: UUID) -> str:
    """An exercise that was handed out with its visible tests alone."""
    exercise_id = await request(function, student_id=str(student), topic="data-structures")
    made = instantiate(load().get(BANK_ID), 0)  # type: ignore[arg-type]
    values = {"bank_id": BANK_ID, "seed": 0, "solution": made.solution, "starter_code": made.starter}
    for name, value in values.items():
        await db.execute(f"UPDATE exercises SET {name} = $2 WHERE exercise_id = $1", UUID(exercise_id), value)
    examples = [
        msgspec.to_builtins(test) | {"expected": json.loads(json.dumps(eval(str(written))))}
        for test, written in zip(made.tests, made.written, strict=True)
        if not test.hidden
    ]
    await db.execute(
        "UPDATE exercises SET tests = $2 WHERE exercise_id = $1", UUID(exercise_id), json.dumps(examples)
    )
    return exercise_id


async def hand_in(function: Any, db: Any, student: UUID, exercise_id: str, code: str, at: datetime) -> str:
    submission_id = str(uuid4())
    await db.execute(
        "INSERT INTO submissions (submission_id, student_id, exercise_id, code) VALUES ($1, $2, $3, $4)",
        UUID(submission_id),
        student,
        UUID(exercise_id),
        code,
    )
    data = {
        "submission_id": submission_id,
        "student_id": str(student),
        "code": code,
        "exercise_id": exercise_id,
    }
    answer = await asyncio.to_thread(lambda: function.send(SUBMITTED, data, time=at.isoformat()))
    assert answer.status_code == 200, answer.text
    return submission_id


async def apply(db: Any, sinks: Any, known: set[str]) -> None:
    """Do with the events what progress and notification do."""
    for event in [*sinks.to("progress-events"), *sinks.to("struggle-detected")]:
        if event.attributes["id"] in known:
            continue
        known.add(event.attributes["id"])
        async with db.transaction():
            if event.type == "learnflow.activity.recorded.v1":
                fact = msgspec.convert(event.data, ActivityRecorded)
                await progress.record(db, fact, RULES)
                if fact.kind == "exercise.completed":
                    await alerts.passed(db, fact, AlertRules())
            elif event.type == "learnflow.struggle.detected.v1":
                await alerts.detected(db, msgspec.convert(event.data, StruggleDetected), AlertRules())
            elif event.type == "learnflow.struggle.corrected.v1":
                await alerts.corrected(db, msgspec.convert(event.data, StruggleCorrected), AlertRules())


async def regrade(
    function: Any, db: Any, student: UUID, exercise_id: str, *, dry_run: bool, **more: UUID
) -> UUID:
    regrade_id = uuid4()
    await db.execute(
        "INSERT INTO regrades (regrade_id, exercise_id, dry_run, reason, created_at)"
        " VALUES ($1, $2, $3, 'New tests.', now())",
        regrade_id,
        UUID(exercise_id),
        dry_run,
    )
    await db.execute(
        "INSERT INTO regraded_students (regrade_id, student_id) VALUES ($1, $2)", regrade_id, student
    )
    data = {
        "regrade_id": str(regrade_id),
        "student_id": str(student),
        "exercise_ids": [exercise_id],
        "dry_run": dry_run,
        "reason": "New tests.",
        **{name: str(value) for name, value in more.items()},
    }
    answer = await asyncio.to_thread(function.send, REGRADE, data)
    assert answer.status_code == 200, answer.text
    return regrade_id


async def found(db: Any, regrade_id: UUID) -> dict[str, Any]:
    """What a regrade says differs."""
    [row] = await db.fetch("SELECT * FROM regraded_students WHERE regrade_id = $1", regrade_id)
    grades = await db.fetch(
        "SELECT submission_id, before, after FROM regraded_submissions WHERE regrade_id = $1", regrade_id
    )
    scores = {
        str(one["submission_id"]): tuple(json.loads(one[name])["score"] for name in ("before", "after"))
        for one in grades
    }
    return {
        "status": row["status"],
        "grades": {name: both for name, both in scores.items() if both[0] != both[1]},
        "mastery": json.loads(row["mastery"]),
        "alerts": json.loads(row["alerts"]),
    }


async def state(db: Any, student: UUID) -> dict[str, Any]:
    """All that a regrade may change."""
    shown = await progress_of(db, student, datetime.now(UTC), RULES)
    return {
        "grades": {
            str(row["submission_id"]): row["score"]
            for row in await db.fetch(
                "SELECT submission_id, score FROM grades WHERE student_id = $1", student
            )
        },
        "mastery": {one.topic: one.mastery for one in shown.topics},
        "alerts": [
            (row["rule"], row["status"], row["count"])
            for row in await db.fetch(
                "SELECT rule, status, count FROM alerts WHERE student_id = $1 ORDER BY first_seen", student
            )
        ],
        "tests": await db.fetchval("SELECT tests FROM exercises WHERE student_id = $1", student),
    }


async def test_a_dry_run_says_what_the_real_one_then_does(
    function: Any, sinks: Any, db: Any, student: UUID
) -> None:
    """Weak tests let a wrong program pass between failures: with those of today it is one run of failures."""
    exercise_id = await weakened(db, function, student)
    exercise = load().get(BANK_ID)
    assert exercise is not None
    made = instantiate(exercise, 0)
    shown = [test for test in made.tests if not test.hidden]
    name = made.solution.split("(")[0].removeprefix("def ")
    table = {test.source: made.written[made.tests.index(test)] for test in shown}
    # Right on the examples and nowhere else, though it works something out.
    known_ones = ", ".join(f"repr({source[len(name) :]}): {result}" for source, result in table.items())
    lucky = f"def {name}(items):\n    known = {{{known_ones}}}\n"
    lucky += "    return known.get(repr(items), items)\n"
    wrong = f"def {name}(items):\n    return items.tidied\n"
    begin, known = datetime.now(UTC) - timedelta(minutes=20), set[str]()
    codes = [wrong, f"{wrong}# 2", lucky, f"{wrong}# 4", f"{wrong}# 5", f"{wrong}# 6"]
    ids = [
        await hand_in(function, db, student, exercise_id, code, begin + timedelta(minutes=n))
        for n, code in enumerate(codes)
    ]
    await apply(db, sinks, known)
    before = await state(db, student)
    assert (before["grades"][ids[2]], before["alerts"]) == (1.0, [])

    trial = await found(db, await regrade(function, db, student, exercise_id, dry_run=True))
    await apply(db, sinks, known)
    assert await state(db, student) == before
    assert trial["status"] == "done"
    assert list(trial["grades"]) == [ids[2]]
    was, would_be = trial["grades"][ids[2]]
    assert was == 1.0 > would_be
    assert [(one["topic"], one["before"]) for one in trial["mastery"]] == [
        ("data-structures", before["mastery"]["data-structures"])
    ]
    assert [(one["rule"], one["before"], one["after"]) for one in trial["alerts"]] == [
        ("failed_runs", None, "open")
    ]

    real = await found(db, await regrade(function, db, student, exercise_id, dry_run=False))
    assert real == trial
    await apply(db, sinks, known)
    after = await state(db, student)
    assert after["grades"] == before["grades"] | {ids[2]: would_be}
    assert after["mastery"]["data-structures"] == trial["mastery"][0]["after"]
    assert after["alerts"] == [("failed_runs", "open", 1)]
    assert len(json.loads(after["tests"])) == len(made.tests)

    # The tests are those of today by now: nothing differs any more.
    again = await found(db, await regrade(function, db, student, exercise_id, dry_run=False))
    assert (again["grades"], again["mastery"], again["alerts"]) == ({}, [], [])
    # And what is handed in from now on is graded by them.
    late = await hand_in(function, db, student, exercise_id, lucky, datetime.now(UTC))
    assert (await state(db, student))["grades"][late] == would_be


async def test_a_grade_that_was_too_low_is_mended_and_its_alert_goes(
    function: Any, sinks: Any, db: Any, student: UUID
) -> None:
    """As after a wrong test in the bank: the right program counts from when it was handed in."""
    exercise_id = await request(function, student_id=str(student), topic="functions")
    row = await db.fetchrow("SELECT solution, tests FROM exercises WHERE exercise_id = $1", UUID(exercise_id))
    spoiled = json.loads(row["tests"])
    spoiled[-1]["expected"] = "spoiled"
    await db.execute(
        "UPDATE exercises SET tests = $2 WHERE exercise_id = $1", UUID(exercise_id), json.dumps(spoiled)
    )
    begin, known = datetime.now(UTC) - timedelta(minutes=20), set[str]()
    for n in range(5):
        code = f"{row['solution']}# {n}\n"
        await hand_in(function, db, student, exercise_id, code, begin + timedelta(minutes=n))
    await apply(db, sinks, known)
    before = await state(db, student)
    assert before["alerts"] == [("failed_runs", "open", 1)]
    trial = await found(db, await regrade(function, db, student, exercise_id, dry_run=True))
    assert [(one["before"], one["after"]) for one in trial["alerts"]] == [("open", None)]
    await regrade(function, db, student, exercise_id, dry_run=False)
    await apply(db, sinks, known)
    after = await state(db, student)
    assert set(after["grades"].values()) == {1.0}
    assert after["alerts"] == []
    assert after["mastery"]["functions"] == trial["mastery"][0]["after"] > before["mastery"]["functions"]
    corrected = of_type(sinks, "struggle-detected", "struggle.corrected")
    assert [len(one["withdrawn"]) for one in corrected] == [1]


async def test_what_is_not_the_students_is_left_alone(function: Any, db: Any, student: UUID) -> None:
    exercise_id = await request(function, student_id=str(uuid4()))
    done = await found(db, await regrade(function, db, student, exercise_id, dry_run=False))
    assert done == {"status": "done", "grades": {}, "mastery": [], "alerts": []}


async def test_a_hand_in_that_passes_and_differs_becomes_a_proposed_test(
    function: Any, db: Any, student: UUID
) -> None:
    """It is proposed once, tried without effect, and once accepted part of what is handed out."""
    exercise_id = await weakened(db, function, student)
    made = instantiate(load().get(BANK_ID), 0)  # type: ignore[arg-type]
    # Drops at most one of several equal things, which the examples don't tell.
    wrong = (
        "def tidy(items):\n    found = sorted(items)\n    for item in set(items):\n"
        "        if found.count(item) > 1:\n            found.remove(item)\n    return found\n"
    )
    right = "def tidy(items):\n    return sorted(dict.fromkeys(items))\n"
    ids = [
        await hand_in(function, db, student, exercise_id, code, datetime.now(UTC))
        for code in (right, wrong, wrong, made.solution)
    ]
    assert set((await state(db, student))["grades"].values()) == {1.0}
    for _ in range(2):
        answer = await asyncio.to_thread(function.send, PING, {"sweep": "tests"})
        assert answer.status_code == 200, answer.text
    [row] = await db.fetch("SELECT * FROM proposed_tests")
    assert (str(row["submission_id"]), row["bank_id"], row["status"]) == (ids[1], BANK_ID, "open")
    assert row["source"].startswith("tidy(") and row["expected"] != row["given"]
    assert await db.fetchval("SELECT count(*) FROM grades WHERE compared_at IS NULL") == 0

    nothing = await found(db, await regrade(function, db, student, exercise_id, dry_run=True))
    trial = await found(
        db, await regrade(function, db, student, exercise_id, dry_run=True, proposal_id=row["proposal_id"])
    )
    # The bank's own tests of today tell the two programs already; the proposed one is among them now.
    assert set(nothing["grades"]) == set(trial["grades"]) == {ids[1], ids[2]}
    await db.execute(
        "INSERT INTO accepted_tests SELECT proposal_id, bank_id, kind, source, tolerance, now()"
        " FROM proposed_tests"
    )
    await regrade(function, db, student, exercise_id, dry_run=False)
    tests = json.loads((await state(db, student))["tests"])
    assert (tests[-1]["source"], tests[-1]["hint"]) == (row["source"], HINT)
    assert len(tests) == len(made.tests) + 1
