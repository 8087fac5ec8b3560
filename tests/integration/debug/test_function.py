"""Hints climb the ladder from message to message; the same error three times reaches the teacher."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.fakes.functions import with_model

DEBUG = "learnflow.debug.requested.v1"
ACTIVITY = "learnflow.activity.recorded.v1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BROKEN = "total = 0\nfor price in [1, 2]\n    total += price\nprint(total)"


class Student:
    """A student who asks debug for help."""

    def __init__(self, debug: Any, sinks: Any, ids: dict[str, str]) -> None:
        self.debug, self.sinks, self.ids = debug, sinks, ids

    def asks(self, text: str, seconds: float, **fields: Any) -> dict[str, Any]:
        """Ask, and give the answer."""
        data = {**self.ids, "message_id": str(uuid4()), "text": text, "level": "beginner", **fields}
        at = (NOON + timedelta(seconds=seconds)).isoformat()
        assert self.debug.send(DEBUG, data, time=at).status_code == 200
        answer: dict[str, Any] = self.sinks.to("learning-responses")[-1].data
        return answer


@pytest.fixture
def student(start: Any, sinks: Any, ids: Any) -> Student:
    return Student(start("debug"), sinks, ids)


def test_hints_go_further_with_tries_and_time(student: Student) -> None:
    levels = [
        student.asks("why?", 0, code=BROKEN)["hint_level"],
        student.asks("another hint please", 5)["hint_level"],
        student.asks("another hint please", 40)["hint_level"],
        student.asks("still wrong", 45, code=BROKEN + "\nprint(1)")["hint_level"],
        student.asks("show me the solution", 80, code=BROKEN)["hint_level"],
    ]
    assert levels == ["nudge", "nudge", "where", "how", "solution"]


def test_waiting_opens_one_hint_on_an_unchanged_program_and_then_a_change_is_asked_for(
    student: Student, start: Any
) -> None:
    assert "15 more seconds" in (student.asks("why?", 0, code=BROKEN), student.asks("and now?", 5))[1]["text"]
    assert student.asks("and now?", 30)["hint_level"] == "where"
    later = Student(start("debug"), student.sinks, student.ids)
    held = [later.asks("and now?", 300), later.asks("help", 600, code=BROKEN + "\n\n")]
    assert [answer["hint_level"] for answer in held] == ["where", "where"]
    assert all("Change one line" in answer["text"] for answer in held)
    assert later.asks("help", 601, code=BROKEN.replace("[1, 2]", "[1]"))["hint_level"] == "how"


def test_what_was_expected_may_be_told_after_the_program(student: Student) -> None:
    code = "def mean(a, b):\n    return (a + b) // 2\nprint(mean(2, 3))"
    assert "what you *expected*" in student.asks("what is wrong?", 0, code=code)["text"]
    answer = student.asks("I expected 2.5 but got 2", 30)
    assert (answer["hint_level"], "You expected `2.5`" in answer["text"]) == ("nudge", True)
    again = student.asks("I don't get it", 60)
    assert again["hint_level"] == "where"
    assert "return (a + b) // 2" in again["text"]
    assert student.sinks.to("progress-events") == []


def test_a_hint_on_a_pasted_error_shows_its_line_also_later(student: Student) -> None:
    error = 'File "a.py", line 9, in <module>\n    print(ages[3])\nIndexError: list index out of range'
    assert student.asks("why?", 0, error=error)["hint_level"] == "nudge"
    assert "print(ages[3])" in student.asks("another hint", 30)["text"]
    assert "send me your whole program" in student.asks("another hint", 60)["text"]


def test_the_program_is_run_and_a_sandbox_that_does_not_answer_costs_no_hint(
    start: Any, runner: Any, sinks: Any, ids: Any
) -> None:
    url = f"http://127.0.0.1:{runner.port}"
    seeing = Student(start("debug", SANDBOX_URL=url), sinks, ids)
    sound = seeing.asks("why?", 0, code="print(1)", error="NameError: name 'x' is not defined")
    assert "ran *without* this error" in sound["text"] and sound["hint_level"] == "nudge"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        deaf = Student(start("debug", SANDBOX_URL=f"http://127.0.0.1:{port}"), sinks, ids)
        began = time.monotonic()
        answer = deaf.asks("why?", 60, code="print(y)", error="KeyError: 'a'")
    assert answer["hint_level"] == "nudge"
    assert time.monotonic() - began < 5


def test_the_first_answer_to_a_wish_for_the_solution_is_a_nudge(student: Student) -> None:
    answer = student.asks("just show me the solution", 0, code=BROKEN)
    assert answer["hint_level"] == "nudge"
    assert "for price in [1, 2]:" not in answer["text"]
    assert "after 3 more tries" in answer["text"]


def test_a_message_that_shows_nothing_is_asked_for_more(student: Student) -> None:
    answer = student.asks("it does not work", 0)
    assert "Send me three things" in answer["text"]
    assert "hint_level" not in answer


def test_a_sound_program_is_called_sound(student: Student) -> None:
    assert "nothing that is plainly wrong" in student.asks("what is wrong?", 0, code="print(1 + 1)")["text"]


def test_the_same_error_three_times_is_told_with_its_evidence(student: Student, sinks: Any) -> None:
    for n, number in enumerate([3, 30, 300]):
        student.asks(
            "help", 60 * n, code=f"print([1][{number}])", error="IndexError: list index out of range"
        )
    [event] = sinks.to("struggle-detected")
    assert (event.data["rule"], len(event.data["evidence"])) == ("same_error", 3)
    assert event.data["evidence"][0]["summary"] == "IndexError: list index out of range"
    seen = [e.data for e in sinks.to("progress-events")]
    assert [one["kind"] for one in seen] == ["error.seen"] * 3
    assert len({one["detail"]["fingerprint"] for one in seen}) == 1


def test_errors_of_runs_count_too_in_any_order_and_twice_delivered(
    student: Student, sinks: Any, ids: Any
) -> None:
    def seen(minute: int) -> dict[str, Any]:
        detail = {"error_type": "IndexError", "error_message": "list index out of range"}
        at = (NOON + timedelta(minutes=minute)).isoformat()
        about = {"activity_id": str(uuid4()), "student_id": ids["student_id"], "kind": "error.seen"}
        return {**about, "occurred_at": at, "detail": detail}

    late, early, middle = seen(20), seen(0), seen(10)
    for one in (late, late, early, late, middle, early):
        assert student.debug.send(ACTIVITY, one).status_code == 200
    [event] = sinks.to("struggle-detected")
    assert [one["at"][14:16] for one in event.data["evidence"]] == ["00", "10", "20"]


@pytest.mark.parametrize(("prints", "alarms"), [("aaa", 1), ("abc", 0)])
def test_the_fingerprint_that_a_producer_gives_decides(
    student: Student, sinks: Any, ids: Any, prints: str, alarms: int
) -> None:
    for minute, (name, key) in enumerate(zip(("x", "y + 1", "z()"), prints, strict=True)):
        error = {"error_type": "ValueError", "error_message": name if alarms else "the same"}
        one = {"activity_id": str(uuid4()), "student_id": ids["student_id"], "kind": "error.seen"}
        one |= {"occurred_at": (NOON + timedelta(minutes=minute)).isoformat()}
        assert (
            student.debug.send(ACTIVITY, {**one, "detail": {**error, "fingerprint": key}}).status_code == 200
        )
    assert len(sinks.to("struggle-detected")) == alarms


def test_a_model_that_gives_the_solution_away_is_not_heard(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    student = Student(start("debug", **with_model(model)), sinks, ids)
    model.behave(
        "say",
        "You are close. The line for price in [1, 2]: needs the sign that opens a block, and that is it.",
    )
    answer = student.asks("why?", 0, code=BROKEN)
    # What was streamed before stays, and our own hint follows; it was asked once more, and no oftener.
    assert answer["degraded"] is True and len(model.seen()) == 2
    assert answer["text"].startswith("You are close.") and "A colon is missing" in answer["text"]
    assert "for price in [1, 2]:" not in answer["text"]


def test_a_model_may_word_the_hint(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    student = Student(start("debug", **with_model(model)), sinks, ids)
    answer = student.asks("why?", 0, code=BROKEN)
    assert (answer["degraded"], answer["model"], answer["hint_level"]) == (False, "fake", "nudge")
    assert "SyntaxError: expected ':'" in answer["text"]


EXERCISE = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status, starter_code)
VALUES ($1, $2, 'control-flow', 'easy', 'ready', $3)
"""


async def test_a_hint_is_held_against_the_exercise_it_was_for(student: Student, db: Any) -> None:
    exercise = uuid4()
    await db.execute(EXERCISE, exercise, UUID(student.ids["student_id"]), "def total(prices):\n    pass\n")
    code = "def total(prices):\n    for price in prices\n        pass\n"
    student.asks("why?", 0, code=code)
    assert (
        await db.fetchval("SELECT hint_level FROM exercise_help WHERE exercise_id = $1", exercise) == "nudge"
    )
    student.asks("another hint please", 40)
    assert (
        await db.fetchval("SELECT hint_level FROM exercise_help WHERE exercise_id = $1", exercise) == "where"
    )
    student.asks("why?", 400, code=code + "\n# again", exercise_id=str(exercise))
    assert (
        await db.fetchval("SELECT hint_level FROM exercise_help WHERE exercise_id = $1", exercise) == "where"
    )


SOLVED = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status, starter_code, solution)
VALUES ($1, $2, 'control-flow', 'easy', 'ready', $3, $4)
"""
FAILED = """
WITH someone AS (
    INSERT INTO users (user_id, email, display_name, role, password_hash)
    VALUES ($1, 'held@example.org', 'Ida', 'student', 'x') ON CONFLICT DO NOTHING
), handed_in AS (
    INSERT INTO submissions (submission_id, student_id, exercise_id, code) VALUES ($2, $1, $3, $4)
)
INSERT INTO grades (submission_id, student_id, exercise_id, score, passed, total, tests)
VALUES ($2, $1, $3, 0.5, 1, 2, '[]')
"""


async def test_a_program_that_failed_is_held_against_the_solution_which_is_not_told(
    student: Student, db: Any
) -> None:
    right = "def may_ride(height):\n    if height >= 130:\n        return 'yes'\n    return 'no'\n"
    wrong = right.replace(">=", ">")
    exercise, student_id = uuid4(), UUID(student.ids["student_id"])
    starter = "def may_ride(height):\n    pass\n"
    await db.execute(SOLVED, exercise, student_id, starter, right)
    unknown = student.asks("what is wrong?", 0, code=wrong, exercise_id=str(exercise))
    assert "border" not in unknown["text"]
    await db.execute(FAILED, student_id, uuid4(), exercise, wrong)
    for seconds, tier in ((60, "nudge"), (120, "where")):
        answer = student.asks("what is wrong?", seconds, code=wrong, exercise_id=str(exercise))
        assert answer["hint_level"] == tier
        assert "The value right at the border" in answer["text"]
        assert ">= 130" not in answer["text"]


async def test_a_question_about_an_exercise_is_about_the_program_that_was_handed_in_last(
    student: Student, db: Any
) -> None:
    exercise, student_id = uuid4(), UUID(student.ids["student_id"])
    await db.execute(SOLVED, exercise, student_id, "total = 0\n", "print(1)\n")
    unclear = student.asks("why does my exercise fail?", 0, exercise_id=str(exercise))
    assert "Send me three things" in unclear["text"]
    await db.execute(FAILED, student_id, uuid4(), exercise, "for i in range(3)\n    print(i)\n")
    first = student.asks("why does my exercise fail?", 60, exercise_id=str(exercise))
    assert first["hint_level"] == "nudge"
    assert "A colon is missing" in first["text"]
    await db.execute(FAILED, student_id, uuid4(), exercise, "a = [2, 1]\na = a.sort()\nprint(a)\n")
    await db.execute("UPDATE submissions SET created_at = now() + interval '1 hour' WHERE code LIKE '%sort%'")
    other = student.asks("and why now?", 120, exercise_id=str(exercise))
    assert "None was stored" in other["text"]


def test_what_costs_too_much_to_read_is_answered_once(start: Any, sinks: Any, ids: Any) -> None:
    """The limits are set very low here: an ordinary program of 20 kB meets them, and a short one does not."""
    low = Student(start("debug", LEARNFLOW_READER_MEMORY_MB="1"), sinks, ids)
    wide = "".join(f"n{number} = {number} + 1\n" for number in range(1200))
    assert "too large or too deeply nested" in low.asks("What is wrong?", 0, code=wide)["text"]
    assert len(sinks.to("learning-responses")) == 1
    assert "too large" not in low.asks("What is wrong?", 10, code=BROKEN)["text"]
