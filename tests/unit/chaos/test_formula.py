"""The second formula of mastery says what the design says, and notices a wrong number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.chaos.formula import Fact, differences, mastery, parts

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def fact(number: int, kind: str, days_ago: int = 0, **detail: Any) -> Fact:
    return Fact(f"{number}", kind, "functions", NOON - timedelta(days=days_ago, minutes=-number), detail)


def attempt(number: int, exercise: str, score: float, hint: str = "none", difficulty: str = "medium") -> Fact:
    known = {"exercise_id": exercise, "score": score, "hint_level": hint, "difficulty": difficulty}
    return fact(number, "exercise.attempted", **known)


FACTS = [
    attempt(1, "a", 0.5),
    attempt(2, "a", 1.0, "how"),
    attempt(3, "b", 1.0, difficulty="hard"),
    attempt(4, "c", 1.0, "solution"),
    *(fact(10 + n, "quiz.graded", score=score) for n, score in enumerate((0.0, 1.0, 0.5, 1.0))),
    *(fact(20 + n, "code.reviewed", quality=quality) for n, quality in enumerate((0, 90, 80, 70, 60, 50))),
    fact(30, "question.asked", 3),
    fact(31, "question.asked", 7),
]


def shown(score: float, **components: float) -> dict[str, Any]:
    return {
        "topics": [{"topic": "functions", "mastery": score, "level": "learning", "components": components}]
    }


def test_the_parts_are_those_of_the_design() -> None:
    found = parts(FACTS, "functions", TODAY)
    assert found == {
        "exercises": Fraction(45),  # (0.75 + 1.5 + 0) / 5
        "quizzes": Fraction(250, 3),
        "code_quality": Fraction(70),
        "consistency": Fraction(40),  # today and three days ago; seven days ago is out of the week
    }
    assert mastery(found) == 18 + 25 + 14 + 4


def test_variations_count_less_each_time_and_an_empty_program_is_no_rating() -> None:
    same = [
        attempt(number, name, score, difficulty="hard")
        for number, (name, score) in enumerate((("a", 1.0), ("b", 1.0), ("c", 0.8), ("d", 0.2)))
    ]
    facts = [
        *(Fact(f.activity_id, f.kind, f.topic, f.at, {**f.detail, "family": "x"}) for f in same),
        fact(9, "code.reviewed", quality=100, substantial=False),
    ]
    found = parts(facts, "functions", TODAY)
    assert found["exercises"] == 100 * (Fraction(3, 2) + Fraction(3, 4) + Fraction(3, 10)) / 5
    assert found["code_quality"] == 0


def test_a_right_number_is_no_difference_and_a_wrong_one_is() -> None:
    right = shown(61.0, exercises=45.0, quizzes=83.3, code_quality=70.0, consistency=40.0)
    assert differences(FACTS, right, TODAY) == []
    wrong = shown(61.2, exercises=45.0, quizzes=83.3, code_quality=70.0, consistency=40.0)
    assert differences(FACTS, wrong, TODAY) == ["functions: mastery is 61.2, but the activities say 61.00"]


def test_a_doubled_quiz_is_noticed() -> None:
    right = shown(61.0, exercises=45.0, quizzes=83.3, code_quality=70.0, consistency=40.0)
    doubled = [*FACTS, fact(14, "quiz.graded", score=0.0)]
    assert len(differences(doubled, right, TODAY)) == 2
