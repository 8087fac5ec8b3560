"""Of one hand-in the last grading counts, whatever the order in which gradings come."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from events.models import ActivityRecorded
from functions.progress.evidence import current, derive
from functions.progress.overview import history, recently
from functions.progress.rules import MasteryRules
from tests.unit.progress.makers import NOON, activity, histories, moments, shares

RULES = MasteryRules()
EXERCISE, HAND_IN = UUID(int=1), UUID(int=2)


def grading(score: float, hours: int | None = None, at: object = NOON) -> list[ActivityRecorded]:
    """The activities of one grading, `hours` after the hand-in unless it is the first."""
    again = None if hours is None else NOON + timedelta(hours=hours)
    kinds = ["exercise.attempted", *(["exercise.completed"] if score == 1 else [])]
    detail = {"exercise_id": EXERCISE, "submission_id": HAND_IN, "score": score, "regraded_at": again}
    return [activity(kind, at, **detail) for kind in kinds]  # type: ignore[arg-type]


def test_a_lower_grade_takes_the_place_of_a_higher_one() -> None:
    facts = [*grading(1.0), *grading(0.5, 1)]
    [one] = derive(facts, "UTC", RULES).results.values()
    assert (one.score, one.occurred_at) == (one.score.__class__("0.5"), NOON)
    assert [shown.score for shown in recently(facts)] == [0.5]


def test_another_hand_in_still_counts() -> None:
    other = activity("exercise.attempted", exercise_id=EXERCISE, submission_id=uuid4(), score=0.75)
    [one] = derive([*grading(1.0), other, *grading(0.5, 1)], "UTC", RULES).results.values()
    assert float(one.score) == 0.75


@given(histories, st.lists(st.tuples(shares, st.integers(1, 9)), max_size=4), moments, st.randoms())
def test_gradings_are_folded_in_any_order(
    others: list[ActivityRecorded], again: list[tuple[float, int]], at: object, chance: object
) -> None:
    """As if only the last grading had ever come, and nothing else is touched."""
    last = {hours: score for score, hours in again}
    gradings = [grading(1.0, at=at), *(grading(score, hours, at) for hours, score in last.items())]
    kept = gradings[max(range(len(gradings)), key=lambda n: [0, *last][n])]
    everything = [*others, *(one for made in gradings for one in made)]
    chance.shuffle(everything)  # type: ignore[attr-defined]
    assert derive(everything, "UTC", RULES) == derive([*others, *kept], "UTC", RULES)
    assert {one.activity_id for one in current(everything)} == {one.activity_id for one in [*others, *kept]}
    days = (NOON.date() - timedelta(days=3), NOON.date())
    seen = derive(everything, "UTC", RULES).days
    assert history(everything, seen, "UTC", days, RULES) == history(
        [*others, *kept], seen, "UTC", days, RULES
    )
