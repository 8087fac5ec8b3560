"""For a student of several classes the stricter rule holds, and nothing lets more through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.class_rules.rules import ClassRules, held

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOURS = st.integers(-48, 48).map(lambda hours: NOON + timedelta(hours=hours))
RULES = st.builds(
    ClassRules,
    name=st.sampled_from(["9b", "10a", "Python 1"]),
    tutor=st.booleans(),
    model=st.booleans(),
    highest_rung=st.none() | st.integers(1, 5),
    messages_a_day=st.none() | st.integers(0, 100),
    exam_from=st.none() | HOURS,
    exam_until=st.none() | HOURS,
    not_yet=st.lists(st.sampled_from(["lambda", "oop", "sets"]), max_size=3),
    wording=st.lists(st.sampled_from(["list, not array", "loop, not cycle"]), max_size=2),
)


def bounds(rules: list[ClassRules]) -> tuple[int, ...]:
    """Give what holds as numbers: each is less where less is allowed."""
    found = held(rules, NOON)
    return (
        found.silent is None,
        found.model,
        99 if found.highest_rung is None else found.highest_rung,
        999 if found.messages_a_day is None else found.messages_a_day,
    )


@given(st.lists(RULES, max_size=4), RULES)
def test_another_class_never_allows_more(rules: list[ClassRules], more: ClassRules) -> None:
    assert all(a <= b for a, b in zip(bounds([*rules, more]), bounds(rules), strict=True))


@given(st.lists(RULES, max_size=4))
def test_the_order_of_the_classes_does_not_matter(rules: list[ClassRules]) -> None:
    assert bounds(rules) == bounds(rules[::-1])


def test_without_rules_everything_is_allowed() -> None:
    assert bounds([]) == bounds([ClassRules("9b")]) == (True, True, 99, 999)


def test_the_class_that_holds_is_named() -> None:
    found = held(
        [ClassRules("9b", highest_rung=4), ClassRules("10a", highest_rung=2, messages_a_day=5)], NOON
    )
    assert (found.highest_rung, found.rung_of, found.messages_of) == (2, "10a", "10a")


def test_an_exam_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    exam = ClassRules("9b", exam_from=NOON, exam_until=NOON + timedelta(hours=1))
    assert "exam" in (held([exam], NOON).silent or "")
    assert held([exam], NOON + timedelta(hours=1)).silent is None
    assert held([exam], NOON - timedelta(seconds=1)).silent is None
    assert "exam" in (held([replace(exam, tutor=False)], NOON).silent or "")


@given(st.lists(RULES, max_size=5))
def test_what_one_class_has_not_taught_yet_is_left_out_for_its_students(rules: list[ClassRules]) -> None:
    assert set(held(rules, NOON).not_yet) == {name for one in rules for name in one.not_yet}
