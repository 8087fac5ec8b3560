"""With an exercise the tests are the claim: while one fails, a hint says which, never that all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from functions.grading.checks import Test

DEBUG = "learnflow.debug.requested.v1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUTTON = "I am stuck with this exercise. Please give me a hint."
EXERCISE = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status, starter_code, solution, tests)
VALUES ($1, $2, 'functions', 'easy', 'ready', $3, $4, $5::jsonb)
"""
STUDENT = """
INSERT INTO users (user_id, email, password_hash, display_name, role) VALUES ($1, $2, 'x', 'Ida', 'student')
"""
HANDED_IN = """
INSERT INTO submissions (submission_id, student_id, exercise_id, code, created_at) VALUES ($1, $2, $3, $4, $5)
"""
GRADED = """
INSERT INTO grades (submission_id, student_id, exercise_id, score, passed, total, tests)
VALUES ($1, $2, $3, $4 / 3.0, $4, 3, '[]')
"""
STARTER = "def longest(words):\n    # the longest of the words\n    pass\n"
SOLUTION = "def longest(words):\n    return max(words, key=len) if words else ''\n"
TESTS = [
    Test(name="two", kind="call", source="longest(['ab', 'abc'])", expected="abc"),
    Test(name="first", kind="call", source="longest(['abcd', 'abc'])", expected="abcd"),
    Test(name="none", kind="call", source="longest([])", expected="", hint="There may be no word at all."),
]
LOOP = "def longest(words):\n    best = words[0]\n    for word in words:\n        if len(word) > len(best):\n            best = word\n    return best\n"  # noqa: E501


class Learner:
    """A student at work on one exercise."""

    def __init__(self, debug: Any, sinks: Any, ids: dict[str, str], exercise: str) -> None:
        self.debug, self.sinks, self.ids, self.exercise = debug, sinks, ids, exercise
        self.seconds = 0

    def asks(self, text: str, code: str | None, **fields: Any) -> dict[str, Any]:
        self.seconds += 60
        data = {**self.ids, "message_id": str(uuid4()), "text": text, "level": "beginner", **fields}
        data |= {"code": code} if code is not None else {}
        data = {"exercise_id": self.exercise} | data
        data = {name: value for name, value in data.items() if value is not None}
        at = (NOON + timedelta(seconds=self.seconds)).isoformat()
        assert self.debug.send(DEBUG, data, time=at).status_code == 200
        answer: dict[str, Any] = self.sinks.to("learning-responses")[-1].data
        return answer


@pytest.fixture
async def learner(start: Any, sinks: Any, ids: Any, db: Any, runner: Any) -> Learner:
    exercise = uuid4()
    tests = msgspec.json.encode(TESTS).decode()
    await db.execute(EXERCISE, exercise, UUID(ids["student_id"]), STARTER, SOLUTION, tests)
    debug = start("debug", SANDBOX_URL=f"http://127.0.0.1:{runner.port}")
    return Learner(debug, sinks, ids, str(exercise))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (STARTER, "`longest(['ab', 'abc'])` should give `'abc'`"),
        ("# soon", "let's begin"),
        ("def longst(words):\n    return words[0]\n", "There is no function `longest`"),
        ("def longest(words):\n    return words[0]\n", "should be `'abc'`, but it was `'ab'`"),
        ("def longest(words):\n    return words[7]\n", "IndexError: list index out of range"),
        ("def longest(words):\n    return longest(words)\n", "RecursionError"),
        ("def longest(words):\n    while True:\n        pass\n", "Time limit"),
        ("def longest(words, least):\n    return words[0]\n", "longest"),
        ("import sys\ndef longest(words):\n    return max(words, key=len)\nsys.exit()\n", "ends the whole"),
        ("words = input()\ndef longest(words):\n    return max(words, key=len)\n", "calls `input()`"),
        (LOOP, "`longest([])`"),
    ],
)
async def test_a_failing_test_is_what_the_hint_is_about(learner: Learner, code: str, said: str) -> None:
    answer = learner.asks(BUTTON, code)
    assert answer["hint_level"] == "nudge"
    assert said in answer["text"]
    assert "nothing that is plainly wrong" not in answer["text"]


async def test_the_ladder_climbs_with_each_change_and_names_a_line_that_a_repair_proved(
    learner: Learner,
) -> None:
    tries = [
        LOOP.replace(">", sign).replace("best", name) for sign, name in (("<", "a"), ("<", "b"), ("<", "c"))
    ]
    answers = [learner.asks("it still fails", code) for code in tries]
    assert [answer["hint_level"] for answer in answers] == ["nudge", "where", "how"]
    # the search for a repair has a second of one cell: on a busy machine not every hint finds one
    assert any("line 4" in answer["text"] for answer in answers[1:])
    assert not any("len(word) > len(" in answer["text"] for answer in answers)
    told = [learner.asks("just show me the solution", tries[2]) for _ in range(4)]
    assert any("if len(word) > len(c):" in answer["text"] for answer in told)


async def test_a_comment_is_no_change(learner: Learner) -> None:
    wrong = "def longest(words):\n    return words[0]\n"
    levels = [learner.asks("why?", wrong + f"# try {number}\n\n")["hint_level"] for number in range(5)]
    assert levels == ["nudge", "where", "where", "where", "where"]


async def test_a_right_program_is_called_right_and_only_that(learner: Learner) -> None:
    answer = learner.asks(BUTTON, SOLUTION)
    assert "all comes out right" in answer["text"]
    assert "hint_level" not in answer


async def test_a_hint_comes_within_two_seconds_whatever_the_program_does(learner: Learner) -> None:
    from time import monotonic

    began = monotonic()
    learner.asks(BUTTON, "def longest(words):\n    while True:\n        pass\n")
    assert monotonic() - began < 6


@pytest.mark.parametrize("named", [True, False])
async def test_there_are_no_hints_where_a_teacher_wants_none(learner: Learner, db: Any, named: bool) -> None:
    student, teacher, class_id, made = UUID(learner.ids["student_id"]), uuid4(), uuid4(), uuid4()
    for user, role in ((student, "student"), (teacher, "teacher")):
        await db.execute(
            "INSERT INTO users (user_id, email, password_hash, display_name, role)"
            " VALUES ($1, $2, '', 'N', $3)",
            user,
            f"{user}@example.com",
            role,
        )
    await db.execute(
        "INSERT INTO classes (class_id, teacher_id, name, join_code) VALUES ($1, $2, 'C', $3)",
        class_id,
        teacher,
        str(class_id),
    )
    await db.execute("INSERT INTO class_members VALUES ($1, $2)", class_id, student)
    await db.execute(
        "INSERT INTO class_assignments (assignment_id, class_id, teacher_id, title, topic, chosen, hints)"
        " VALUES ($1, $2, $3, 'The test', 'functions', false, false)",
        made,
        class_id,
        teacher,
    )
    await db.execute(
        "INSERT INTO assigned_students VALUES ($1, $2, $3)", made, student, UUID(learner.exercise)
    )
    about = {} if named else {"exercise_id": None}
    answer = learner.asks(BUTTON, LOOP, **about)
    assert "without hints" in answer["text"]
    assert "longest" not in answer["text"]
    await db.execute("UPDATE class_assignments SET hints = true")
    assert learner.asks(BUTTON, LOOP)["hint_level"] == "nudge"


async def test_what_helped_is_counted_by_fault_step_and_wording(learner: Learner, db: Any) -> None:
    student, exercise = UUID(learner.ids["student_id"]), UUID(learner.exercise)
    await db.execute(STUDENT, student, f"{student}@example.org")
    answer = learner.asks("why is it wrong?", LOOP)
    assert answer["hint_fault"] and answer["hint_wording"]
    for minutes, passed in ((-5, 1), (5, 3)):
        handed_in = uuid4()
        at = NOON + timedelta(minutes=minutes)
        await db.execute(HANDED_IN, handed_in, student, exercise, LOOP, at)
        await db.execute(GRADED, handed_in, student, exercise, passed)
    mine = "SELECT * FROM hint_outcomes WHERE fault = $1 AND wording = $2"
    [row] = await db.fetch(mine, answer["hint_fault"], answer["hint_wording"])
    assert row["tier"] == answer["hint_level"]
    assert min(row["shown"], row["followed"], row["better"], row["solved"]) >= 1
