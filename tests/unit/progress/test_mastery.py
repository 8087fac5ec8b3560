"""Mastery is the formula, exactly, whatever the order in which the facts come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import ActivityRecorded
from functions.progress.days import active_days
from functions.progress.evidence import derive
from functions.progress.mastery import combined, level, mastery, shown
from functions.progress.overview import masteries, progress
from functions.progress.rules import MasteryRules, of_json
from functions.progress.topics import TOPICS
from tests.unit.progress.makers import HINTS, NOON, STUDENT, activity, histories

RULES = MasteryRules()
HELP = dict(zip(HINTS, ("1", "0.9", "0.9", "0.75", "0.5", "0"), strict=True))
WEIGHT = {"easy": "0.5", "medium": "1", "hard": "1.5"}


def by_hand(facts: list[ActivityRecorded], topic: str) -> Fraction:
    """The formula of the design, computed once more in other words."""
    best: dict[Any, Fraction] = {}
    families: dict[Any, Any] = {}
    own = sorted((a for a in facts if a.topic == topic), key=lambda a: (a.occurred_at, a.activity_id))
    for a in own:
        d = a.detail
        if a.kind.startswith("exercise") and d.score is not None:
            worth = Fraction(HELP[d.hint_level or "none"]) * Fraction(WEIGHT[d.difficulty or "medium"])
            best[d.exercise_id] = max(best.get(d.exercise_id, Fraction(0)), Fraction(repr(d.score)) * worth)
            families[d.exercise_id] = families.get(d.exercise_id) or d.family
    together: dict[Any, list[Fraction]] = {}
    for exercise_id, points in best.items():
        together.setdefault(families[exercise_id] or exercise_id, []).append(points)
    counts = (Fraction(1), Fraction(1, 2), Fraction(1, 4))
    solved = sum(
        (
            one * part
            for all_of_it in together.values()
            for one, part in zip(sorted(all_of_it)[::-1], counts, strict=False)
        ),
        Fraction(0),
    )
    quizzes = [Fraction(repr(a.detail.score)) for a in own if a.kind == "quiz.graded"][-3:]
    reviewed = [a.detail for a in own if a.kind == "code.reviewed" and a.detail.substantial is not False]
    ratings = [Fraction(repr(detail.quality)) for detail in reviewed][-5:]
    week = {a.occurred_at.date() for a in facts if NOON.date() - a.occurred_at.date() < timedelta(days=7)}
    return (
        40 * min(Fraction(1), solved / 5)
        + 30 * sum(quizzes, Fraction(0)) / (len(quizzes) or 1)
        + sum(ratings, Fraction(0)) / (len(ratings) or 1) / 5
        + 10 * min(Fraction(1), Fraction(len(week), 5))
    )


def computed(facts: list[ActivityRecorded], topic: Any) -> Fraction:
    known = derive(facts, "UTC", RULES)
    return mastery(known.topic(topic), active_days(known.days, NOON.date(), 7), RULES).score


@given(histories)
def test_mastery_equals_the_formula(facts: list[ActivityRecorded]) -> None:
    for topic in ("basics", "control-flow"):
        found = computed(facts, topic)
        assert found == by_hand(facts, topic)
        assert 0 <= found <= 100


@given(histories, st.sampled_from([RULES, replace(RULES, version="3", points_needed=3, days_needed=7)]))
def test_tables_show_the_same_numbers_as_the_parts(
    facts: list[ActivityRecorded], rules: MasteryRules
) -> None:
    known, today = derive(facts, "UTC", rules), NOON.date()
    days = active_days(known.days, today, rules.days_window)
    expected = {topic: mastery(known.topic(topic), days, rules).score for topic in TOPICS}
    assert masteries(known, today, rules) == expected


@given(histories, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(facts: list[ActivityRecorded], random: Any) -> None:
    again = [*facts, *random.sample(facts, len(facts) // 2)]
    random.shuffle(again)
    known, other = derive(facts, "UTC", RULES), derive(again, "UTC", RULES)
    assert known == other
    assert repr(progress(STUDENT, known, facts, NOON.date(), RULES)) == repr(
        progress(STUDENT, other, list({a.activity_id: a for a in again}.values()), NOON.date(), RULES)
    )


percent = st.fractions(0, 100)


@given(percent, percent, percent, percent, st.integers(0, 3), percent)
def test_each_part_raises_mastery_and_never_beyond_100(
    e: Fraction, q: Fraction, c: Fraction, d: Fraction, which: int, other: Fraction
) -> None:
    names = ("exercises", "quizzes", "code_quality", "consistency")
    parts: dict[Any, Fraction] = dict(zip(names, (e, q, c, d), strict=True))
    raised = parts | {names[which]: max(other, parts[names[which]])}
    assert 0 <= combined(parts, RULES) <= combined(raised, RULES) <= 100


@pytest.mark.parametrize(("hint", "counted"), [*HELP.items()])
def test_help_lowers_what_a_solution_counts(hint: str, counted: str) -> None:
    solved = activity("exercise.completed", exercise_id=UUID(int=1), score=1.0, hint_level=hint)
    [result] = derive([solved], "UTC", RULES).results.values()
    assert (result.score, result.counted) == (1, Decimal(counted))


def test_a_better_try_replaces_a_worse_one_and_never_the_other_way_round() -> None:
    tries = [
        activity("exercise.attempted", exercise_id=UUID(int=1), score=score, hint_level=hint)
        for score, hint in ((0.5, "none"), (1.0, "worked"), (0.8, "none"), (1.0, "solution"))
    ]
    [result] = derive(tries, "UTC", RULES).results.values()
    assert (result.score, result.hint_level) == (Decimal("0.8"), "none")


def test_the_last_three_quizzes_and_five_ratings_count() -> None:
    quizzes = [
        activity("quiz.graded", NOON + timedelta(hours=n), score=s) for n, s in enumerate((0, 1, 1, 0.5))
    ]
    reviews = [
        activity("code.reviewed", NOON + timedelta(hours=n), quality=q) for n, q in enumerate([0] + [80] * 5)
    ]
    known = derive([*quizzes, *reviews], "UTC", RULES).topic("basics")
    parts = mastery(known, 0, RULES).parts
    assert (parts["quizzes"], parts["code_quality"]) == (Fraction(250, 3), 80)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (0, "beginner"),
        ("40.9999", "beginner"),
        (41, "learning"),
        ("70.99", "learning"),
        (71, "proficient"),
        ("90.999999", "proficient"),
        (91, "mastered"),
        (100, "mastered"),
    ],
)
def test_levels_are_half_open_on_the_unrounded_score(score: Any, name: str) -> None:
    assert level(Fraction(score), RULES) == name


@pytest.mark.parametrize(
    ("score", "text"), [("0.05", 0.1), ("0.049", 0.0), ("66.65", 66.7), ("99.95", 100.0)]
)
def test_scores_are_shown_rounded_half_up(score: str, text: float) -> None:
    assert shown(Fraction(score)) == text


def test_a_part_without_evidence_counts_nothing_and_says_so() -> None:
    quiz = activity("quiz.graded", score=1.0, questions=5)
    shown_ = progress(STUDENT, derive([quiz], "UTC", RULES), [quiz], NOON.date(), RULES)
    basics, control_flow, *_ = shown_.topics
    assert (basics.mastery, basics.provisional) == (32.0, True)
    assert basics.evidence.missing == ["exercises", "code_quality"]
    assert (control_flow.mastery, control_flow.evidence.missing[1]) == (2.0, "quizzes")
    assert [t.topic for t in shown_.topics] == list(dict.fromkeys(t.topic for t in shown_.topics))
    assert len(shown_.topics) == 8


def test_three_graded_items_end_the_provisional_state() -> None:
    solved = [activity("exercise.completed", exercise_id=UUID(int=n), score=1.0) for n in range(3)]
    for count, provisional in ((2, True), (3, False)):
        known = derive(solved[:count], "UTC", RULES)
        assert mastery(known.topic("basics"), 1, RULES).provisional is provisional


def test_an_attempt_and_its_completion_are_recent_once() -> None:
    detail = {"exercise_id": UUID(int=1), "submission_id": UUID(int=2), "score": 1.0}
    facts = [activity(kind, **detail) for kind in ("exercise.attempted", "exercise.completed")]
    shown_ = progress(STUDENT, derive(facts, "UTC", RULES), facts, NOON.date(), RULES)
    assert [one.kind for one in shown_.recent] == ["exercise.completed"]


def test_changed_rules_need_a_version_of_their_own() -> None:
    assert of_json('{"version": "3", "points_needed": 4}') == replace(RULES, version="3", points_needed=4)
    with pytest.raises(ValueError, match="version"):
        of_json('{"points_needed": 4}')
    with pytest.raises(ValueError, match="add up"):
        of_json('{"version": "2", "quizzes": "0.5"}')


def test_variations_of_one_exercise_count_once_whole_and_then_less() -> None:
    solved = [
        activity(
            "exercise.completed", exercise_id=UUID(int=n), score=1.0, difficulty="medium", family="oop/pets"
        )
        for n in range(1, 9)
    ]
    assert derive(solved, "UTC", RULES).topic("basics").points == Decimal("1.75")
    other = activity(
        "exercise.completed", exercise_id=UUID(int=20), score=1.0, difficulty="medium", family="oop/cars"
    )
    assert derive([*solved, other], "UTC", RULES).topic("basics").points == Decimal("2.75")


def test_a_rating_without_substance_counts_nothing() -> None:
    tiny = [activity("code.reviewed", quality=100.0, substantial=False) for _ in range(8)]
    known = derive(tiny, "UTC", RULES).topic("basics")
    assert (known.reviews, mastery(known, 0, RULES).score) == (0, 0)
