"""Hints go one step further only after a try or time to read; the solution comes last, and only asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.diagnosis.catalogue import TIERS
from functions.diagnosis.hint_ladder import GivenHint, NextHint, next_step

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def shown(tier: str, seconds: float, code: str = "a") -> GivenHint:
    return GivenHint(tier, code, NOON + timedelta(seconds=seconds))  # type: ignore[arg-type]  # plain strings


def step(earlier: list[GivenHint], seconds: float, code: str = "a", *, solution: bool = False) -> NextHint:
    at = NOON + timedelta(seconds=seconds)
    return next_step(earlier, code_hash=code, at=at, wants_solution=solution)


def test_the_first_hint_is_a_nudge_even_when_the_solution_is_asked_for() -> None:
    assert step([], 0) == NextHint("nudge")
    assert step([], 0, solution=True) == NextHint("nudge", tries_left=3)


def test_the_next_step_needs_a_changed_program_or_twenty_seconds() -> None:
    first = [shown("nudge", 0)]
    assert step(first, 5) == NextHint("nudge", again=True, wait_s=15)
    assert step(first, 5, code="b") == NextHint("where")
    assert step(first, 20) == NextHint("where")


def test_who_asks_again_too_early_need_not_begin_to_read_anew() -> None:
    assert step([shown("nudge", 0), shown("nudge", 15)], 19).wait_s == 1
    assert step([shown("nudge", 0), shown("nudge", 15)], 21) == NextHint("where")


def test_waiting_opens_one_step_on_the_same_program_and_never_a_second() -> None:
    waited = [shown("nudge", 0), shown("where", 30)]
    assert step(waited, 3600) == NextHint("where", again=True)
    changed = [*waited, shown("how", 3700, "b")]
    assert waited and step(waited, 3700, "b") == NextHint("how")
    assert step(changed, 3710, "b") == NextHint("how", again=True, wait_s=10)
    assert step(changed, 3720, "b") == NextHint("worked")


def test_going_back_to_a_version_seen_before_is_no_change() -> None:
    earlier = [shown("nudge", 0, "a"), shown("where", 5, "b")]
    assert step(earlier, 10, "a") == NextHint("where", again=True, wait_s=15)


def test_without_asking_the_ladder_ends_at_the_worked_part() -> None:
    earlier = [shown(tier, 60 * n, str(n)) for n, tier in enumerate(TIERS[:4])]
    assert step(earlier, 600, "new").tier == "worked"


def test_the_solution_is_shown_on_request_after_three_tries() -> None:
    two = [shown("nudge", 0), shown("where", 30)]
    assert step(two, 60, code="b", solution=True) == NextHint("how", tries_left=1)
    assert step(two, 60, solution=True) == NextHint("where", again=True, tries_left=1)
    three = [*two, shown("how", 60)]
    assert step(three, 90, solution=True) == NextHint("solution")


def test_asking_three_times_at_once_is_not_three_tries() -> None:
    earlier = [shown("nudge", 0), shown("nudge", 1), shown("nudge", 2)]
    assert step(earlier, 3, solution=True) == NextHint("nudge", again=True, wait_s=17, tries_left=2)


@given(
    st.permutations([shown("nudge", 0), shown("where", 30), shown("how", 60), shown("how", 65)]),
    st.booleans(),
)
def test_the_order_of_what_is_known_does_not_matter(earlier: list[GivenHint], solution: bool) -> None:
    in_order = sorted(earlier, key=lambda one: one.at)
    assert step(earlier, 90, solution=solution) == step(in_order, 90, solution=solution)


@given(st.lists(st.floats(0.1, 120), max_size=8), st.lists(st.sampled_from("abc"), min_size=8, max_size=8))
def test_a_ladder_never_skips_a_step_nor_goes_back(pauses: list[float], codes: list[str]) -> None:
    earlier: list[GivenHint] = []
    seconds, reached = 0.0, -1
    for pause, code in zip(pauses, codes, strict=False):
        seconds += pause
        now = TIERS.index(step(earlier, seconds, code).tier)
        assert reached <= now <= min(reached + 1, TIERS.index("worked"))
        earlier.append(shown(TIERS[now], seconds, code))
        reached = now


@given(st.lists(st.floats(0.1, 600), max_size=12), st.lists(st.sampled_from("abc"), min_size=12, max_size=12))
def test_no_version_of_a_program_opens_more_than_one_step_by_waiting(
    pauses: list[float], codes: list[str]
) -> None:
    earlier: list[GivenHint] = []
    opened: dict[str, int] = {}
    seconds = 0.0
    for pause, code in zip(pauses, codes, strict=False):
        seconds += pause
        now = step(earlier, seconds, code)
        seen = any(one.code_hash == code for one in earlier)
        opened[code] = opened.get(code, 0) + (seen and not now.again)
        earlier.append(shown(now.tier, seconds, code))
    assert max(opened.values(), default=0) <= 1
