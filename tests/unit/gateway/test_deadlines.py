"""Deadlines: what is taken when, what lateness costs, how a student stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.gateway.deadlines import HandedIn, Terms, days_late, penalised, refusal, state

DUE = datetime(2026, 11, 27, 18, tzinfo=UTC)
hours = st.integers(-500, 500).map(lambda count: timedelta(hours=count))
maybe_hours = st.none() | hours


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    opens, until = draw(maybe_hours), draw(maybe_hours)
    return Terms(
        None if opens is None else DUE + opens,
        draw(st.sampled_from([None, DUE])),
        draw(st.booleans()),
        draw(st.floats(0, 100)),
        None if until is None else DUE + until,
    )


@given(terms(), hours)
def test_what_is_refused_is_upcoming_or_missed_and_nothing_else_is(of: Terms, ago: timedelta) -> None:
    now = DUE + ago
    assert (refusal(of, 0, now) is not None) == (state(of, HandedIn(), now) in ("upcoming", "missed"))


@given(terms(), hours, hours)
def test_more_time_never_closes_earlier_or_costs_more(of: Terms, later: timedelta, ago: timedelta) -> None:
    longer = Terms(of.opens, of.due and of.due + abs(later), of.late, of.percent_a_day, of.late_until)
    assert of.closes is None or (longer.closes is not None and longer.closes >= of.closes)
    assert days_late(longer.due, DUE + ago) <= days_late(of.due, DUE + ago)


@given(st.floats(0, 1), st.integers(0, 400), st.integers(0, 400), st.floats(0, 100))
def test_a_day_more_never_raises_a_mark(score: float, days: int, more: int, percent: float) -> None:
    assert 0 <= penalised(score, days + more, percent) <= penalised(score, days, percent) <= score


def test_a_day_is_late_from_its_first_moment() -> None:
    minute = timedelta(minutes=1)
    assert [days_late(DUE, DUE + after) for after in (-minute, 0 * minute, minute)] == [0, 0, 1]
    assert days_late(DUE, DUE + timedelta(days=1) + minute) == 2
    assert penalised(1.0, 2, 10.0) == 0.8


def test_without_a_rule_for_lateness_the_due_date_is_the_end() -> None:
    assert Terms(due=DUE).closes == DUE
    assert Terms(due=DUE, late=True).closes is None
    assert Terms(due=DUE, late=True, late_until=DUE - timedelta(days=1)).closes == DUE


def test_what_was_handed_in_keeps_its_state_after_the_end() -> None:
    after = DUE + timedelta(days=9)
    handed = HandedIn(1, DUE - timedelta(hours=1))
    assert state(Terms(due=DUE), handed, after) == "submitted"
    assert state(Terms(due=DUE), HandedIn(2, after, True), after) == "done"
    assert state(Terms(due=DUE, late=True), HandedIn(1, after), after) == "late"


def test_attempts_that_are_used_up_are_said() -> None:
    assert refusal(Terms(attempts=2), 1, DUE) is None
    assert refusal(Terms(attempts=2), 2, DUE) == "this may be handed in 2 times, and it was"
