"""A failed quiz is told to the teacher, unless it was too short to mean anything."""

from __future__ import annotations

from decimal import Decimal

import pytest

from events.models import StruggleDetected
from functions.progress.settings import ProgressSettings
from functions.progress.struggle import alarm, quiz_failed
from functions.runtime.catalog import by_model
from functions.runtime.errors import ConfigurationError
from tests.unit.progress.makers import activity

HALF = Decimal("0.5")


@pytest.mark.parametrize(
    ("score", "questions", "expected"),
    [
        (0.4, 5, True),
        (0.5, 4, False),
        (0.49999, 4, True),
        (0.0, 3, False),
        (0.0, None, True),
        (None, 5, False),
    ],
)
def test_a_quiz_is_failed_below_half(score: float | None, questions: int | None, expected: bool) -> None:
    assert quiz_failed(activity("quiz.graded", score=score, questions=questions), HALF, 4) is expected


def test_a_failed_exercise_is_no_quiz() -> None:
    assert not quiz_failed(activity("exercise.attempted", score=0.0, questions=5), HALF, 4)


def test_the_alarm_shows_the_quiz_and_has_the_same_id_each_time() -> None:
    quiz = activity("quiz.graded", topic="data-structures", score=0.4, questions=5)
    event = alarm(quiz)
    by_model()[StruggleDetected].encode(event)
    assert event == alarm(quiz)
    assert event.evidence[0].summary == "2 of 5 right in a quiz on data structures"
    assert alarm(activity("quiz.graded", topic=None, score=0.4)).evidence[0].summary == "40% right in a quiz"


def test_settings_are_read_and_checked() -> None:
    environ = {"LEARNFLOW_STRUGGLE_QUIZ_PERCENT": "40", "LEARNFLOW_MASTERY_RULES": '{"version": "x"}'}
    settings = ProgressSettings.read(environ)
    assert (settings.failed_below, settings.rules.version) == (Decimal("0.4"), "x")
    with pytest.raises(ConfigurationError, match="LEARNFLOW_MASTERY_RULES"):
        ProgressSettings.read({"LEARNFLOW_MASTERY_RULES": '{"points_needed": 4}'})
