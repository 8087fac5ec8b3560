"""A student who asks hears the own figures, and one next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from events.models import ActivityRecorded, ProgressAsked, ResponseProduced
from functions.progress.evidence import derive
from functions.progress.overview import progress
from functions.progress.reading import Untried
from functions.progress.rules import MasteryRules
from functions.progress.summary import answer
from functions.runtime.catalog import by_model
from tests.unit.progress.makers import NOON, STUDENT, activity

RULES = MasteryRules()


def told(*facts: ActivityRecorded, topic: Any = None, untried: tuple[Untried, ...] = ()) -> ResponseProduced:
    known = progress(STUDENT, derive(facts, "UTC", RULES), facts, NOON.date(), RULES)
    asked = ProgressAsked(
        message_id=UUID(int=1), conversation_id=UUID(int=2), student_id=STUDENT, text="How am I?", topic=topic
    )
    response = answer(asked, known, untried)
    by_model()[ResponseProduced].encode(response)
    return response


def solved(number: int, hint: str = "none", topic: Any = "files") -> ActivityRecorded:
    return activity(
        "exercise.completed", topic=topic, exercise_id=UUID(int=number), score=1.0, hint_level=hint
    )


def test_who_has_done_nothing_is_shown_how_to_begin() -> None:
    response = told()
    assert "Nothing is counted yet" in response.text
    assert [part.kind for part in response.parts] == ["text"]


def test_the_figures_are_the_students_own() -> None:
    text = told(solved(1), solved(2), activity("quiz.graded", topic="files", score=0.8, questions=5)).text
    assert "**Files: 42 of 100** (learning)" in text
    assert "exercises 40 (2 tried), quizzes 80 (1 taken), code quality 0 (0 reviewed)" in text
    assert "active **1 day** in a row" in text
    assert "Basics" not in text


def test_a_topic_that_was_asked_about_is_shown_alone() -> None:
    text = told(solved(1), solved(2, topic="oop"), topic="oop").text
    assert "Classes and objects: 10 of 100" in text
    assert "still provisional" in text
    assert "Files" not in text


def test_an_exercise_that_waits_comes_first() -> None:
    waiting = Untried(UUID(int=9), "files", "easy")
    assert "an exercise on files (easy) is still waiting" in told(solved(1), untried=(waiting,)).text
    assert "waiting" not in told(solved(1), topic="oop", untried=(waiting,)).text


def test_the_next_step_is_what_is_missing() -> None:
    quiz = activity("quiz.graded", topic="files", score=1.0, questions=5)
    review = activity("code.reviewed", topic="files", quality=90.0)
    assert "take a quiz on files" in told(solved(1)).text
    assert "without hints" in told(solved(1, "worked"), quiz).text
    assert "each one you solve counts" in told(solved(1), quiz).text
    assert "you know files well" in told(*(solved(n) for n in range(5)), quiz, review).text
