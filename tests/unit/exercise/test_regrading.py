"""What other grades change is found before anything is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from events.models import ActivityRecorded
from functions.alerts.alert import AlertRules, Facts, Pass
from functions.exercise.bank import load
from functions.exercise.instance import instantiate
from functions.exercise.regrade_effects import (
    Corrections,
    Regraded,
    activities_of,
    alert_changes,
    corrections_of,
    joined,
    lost_passes,
    mastery_changes,
)
from functions.exercise.regrade_store import HandIn
from functions.exercise.struggle import Attempt, Thresholds, failed_runs
from functions.exercise.struggle_events import alarm
from functions.exercise.todays_tests import ExtraTest, Task, current_tests, fitting
from functions.exercise.verifying import solve
from functions.grading.checks import Test
from functions.grading.grades import Grade, TestResult
from functions.progress.rules import MasteryRules
from tests.integration.exercise.plain_python import PlainPython
from tests.unit.progress.makers import NOON, STUDENT, activity

TASK = Task(
    exercise_id=UUID(int=1),
    topic="functions",
    difficulty="medium",
    title="Double",
    bank_id="functions/double",
    seed=0,
    solution="def double(n):\n    return 2 * n\n",
    tests=[],
)
LATER = NOON + timedelta(days=1)
RULES, LIMITS = MasteryRules(), Thresholds()


def graded(passed: int, total: int) -> Grade:
    tests = [TestResult(f"test {n}", n < passed, "", hidden=False) for n in range(total)]
    return Grade(passed / total, passed, total, "passed" if passed == total else "failed", tests)


def regraded(before: tuple[int, int], after: tuple[int, int], minutes: int = 0) -> Regraded:
    """A hand-in of some minutes after noon, with its grade before and after."""
    was, now = graded(*before), graded(*after)
    at, submission_id = NOON + timedelta(minutes=minutes), UUID(int=100 + minutes)
    attempt = Attempt(submission_id, TASK.exercise_id, at, was.status, str(minutes))
    hand_in = HandIn(
        submission_id=submission_id,
        exercise_id=TASK.exercise_id,
        code="",
        score=was.score,
        passed=was.passed,
        total=was.total,
        tests=[{"name": test.name, "passed": test.passed} for test in was.tests],
        hint_level="none",
        created_at=at,
        attempt=attempt,
    )
    return Regraded(hand_in, now, TASK)


def named(name: str) -> UUID:
    return uuid5(UUID(int=5), name)


def told(one: Regraded) -> list[ActivityRecorded]:
    """The activities of the first grading."""
    detail: dict[str, Any] = {
        "exercise_id": TASK.exercise_id,
        "submission_id": one.hand_in.submission_id,
        "score": one.hand_in.score,
        "family": TASK.bank_id,
    }
    kinds = ["exercise.attempted", *(["exercise.completed"] if one.was_complete else [])]
    return [activity(kind, one.hand_in.attempt.occurred_at, "functions", **detail) for kind in kinds]


def attempts(passed: list[bool]) -> list[Attempt]:
    return [
        Attempt(
            UUID(int=100 + n),
            TASK.exercise_id,
            NOON + timedelta(minutes=n),
            "passed" if ok else "failed",
            str(n),
        )
        for n, ok in enumerate(passed)
    ]


@pytest.mark.parametrize(
    ("before", "after", "differs", "counts"),
    [
        ((4, 4), (4, 4), False, False),
        ((4, 4), (5, 5), True, False),
        ((4, 4), (4, 5), True, True),
        ((3, 4), (4, 4), True, True),
        ((2, 4), (3, 6), True, False),
    ],
)
def test_a_grade_differs_by_its_tests_and_counts_by_its_score(
    before: tuple[int, int], after: tuple[int, int], differs: bool, counts: bool
) -> None:
    one = regraded(before, after)
    assert (one.differs, one.counts_otherwise) == (differs, counts)


def test_mastery_is_told_as_it_is_shown_before_and_after() -> None:
    one = regraded((4, 4), (2, 4))
    facts, added = told(one), activities_of(one, STUDENT, LATER, named)
    assert [activity.occurred_at for activity in added] == [NOON]
    [change] = mastery_changes(facts, added, "UTC", NOON.date(), RULES)
    # 40 points for five medium exercises solved: 8 for this one, and 2 for one day of five
    assert change == {
        "topic": "functions",
        "before": 10.0,
        "after": 6.0,
        "level_before": "beginner",
        "level_after": "beginner",
    }
    assert mastery_changes(facts, [], "UTC", NOON.date(), RULES) == []


def test_a_completion_that_is_none_any_more_is_named() -> None:
    one, other = regraded((4, 4), (2, 4)), regraded((4, 4), (4, 4), 1)
    facts = [*told(one), *told(other)]
    [lost] = lost_passes(facts, [one, other])
    assert [fact.kind for fact in facts if fact.activity_id == lost] == ["exercise.completed"]
    assert facts[1].activity_id == lost


def test_a_run_of_failures_that_a_pass_hid_is_added() -> None:
    """Five failures in a row, now that the third hand-in no longer passes."""
    before, after = attempts([False, False, True, False, False]), attempts([False] * 5)
    assert failed_runs(before, LIMITS) == []
    found = corrections_of(STUDENT, TASK, after, {}, frozenset(), LIMITS)
    assert [event.rule for event in found.added] == ["failed_runs"]
    assert found.withdrawn == found.restored == []


def test_a_run_of_failures_that_was_none_is_withdrawn_and_comes_back() -> None:
    [detection] = failed_runs(attempts([False] * 5), LIMITS)
    event = alarm(STUDENT, TASK.exercise_id, "functions", detection)
    raised = {event.alert_id: ("failed_runs", NOON)}
    mended = attempts([False, True, False, False, False])
    gone = corrections_of(STUDENT, TASK, mended, raised, frozenset(), LIMITS)
    assert (gone.withdrawn, gone.restored, gone.added) == ([event.alert_id], [], [])
    again = frozenset({event.alert_id})
    assert corrections_of(STUDENT, TASK, mended, raised, again, LIMITS).withdrawn == []
    back = corrections_of(STUDENT, TASK, attempts([False] * 5), raised, again, LIMITS)
    assert (back.withdrawn, back.restored, back.added) == ([], [event.alert_id], [])


def test_who_had_passed_by_then_was_not_stalled() -> None:
    stalled = uuid4()
    for passed, withdrawn in (([False, True], [stalled]), ([False, False], [])):
        raised = {stalled: ("stalled", NOON + timedelta(minutes=30))}
        found = corrections_of(STUDENT, TASK, attempts(passed), raised, frozenset(), LIMITS)
        assert found.withdrawn == withdrawn


def test_alerts_that_come_go_or_open_again_are_told() -> None:
    [detection] = failed_runs(attempts([False] * 5), LIMITS)
    event = alarm(STUDENT, TASK.exercise_id, "functions", detection)
    solved = Pass(uuid4(), NOON + timedelta(minutes=9), "functions", TASK.exercise_id)
    facts, rules = Facts([event], [solved]), AlertRules()
    [opened] = alert_changes(facts, joined([], [solved.activity_id]), [], LATER, rules)
    assert (opened["before"], opened["after"]) == ("resolved", "open")
    [gone] = alert_changes(facts, Corrections(withdrawn=[event.alert_id]), [], LATER, rules)
    assert (gone["before"], gone["after"], gone["count_after"]) == ("resolved", None, 0)
    [come] = alert_changes(Facts(), Corrections(added=[event]), [], LATER, rules)
    assert (come["alert_id"], come["before"], come["after"]) == (event.alert_id, None, "open")
    assert alert_changes(facts, Corrections(), [], LATER, rules) == []


async def handed_out(sandbox: PlainPython, bank_id: str) -> tuple[Task, list[Test]]:
    """An exercise of the bank as a student got it."""
    exercise = load().get(bank_id)
    assert exercise is not None
    made = instantiate(exercise, 1)
    ready = made.expecting(await solve(sandbox, made))
    task = Task(
        exercise_id=uuid4(),
        topic=made.topic,
        difficulty=exercise.difficulty,
        title=made.title,
        bank_id=bank_id,
        seed=1,
        solution=ready.solution,
        tests=ready.tests,
    )
    return task, ready.tests


async def test_tests_of_today_are_those_of_the_bank() -> None:
    """A test that was not there when the exercise was handed out is there today."""
    async with PlainPython.open() as sandbox:
        task, today = await handed_out(sandbox, "data-structures/shopping-without-doubles")
        old = replace(task, tests=today[:-1])
        assert await current_tests(sandbox, old, load(), {}, []) == today
        # Not of the bank: only the tests it was handed out with.
        own = replace(old, bank_id="model/own")
        assert await current_tests(sandbox, own, load(), {}, []) == today[:-1]
        # Of a text that asks for something else: the bank's tests don't fit it.
        other = replace(old, solution="def without_doubles(items):\n    return None\n")
        assert await current_tests(sandbox, other, load(), {}, []) == today[:-1]


async def test_a_proposed_test_expects_what_the_solution_gives() -> None:
    async with PlainPython.open() as sandbox:
        extra = [
            ExtraTest("call", "double(21)"),
            ExtraTest("call", "double(None)"),
            ExtraTest("call", "double(21)"),
            ExtraTest("call", "double(3)"),
        ]
        known = [Test(name="three", kind="call", source="double(3)", expected=6)]
        [made] = await fitting(sandbox, TASK.solution, extra, known)
        assert (made.source, made.expected, made.hidden) == ("double(21)", 42, True)
