"""Events in a process that stood still are not to blame; what makes it stand still is tried a few times."""

from __future__ import annotations

import pytest

from functions.runtime.consumer import MAX_STALLS, not_its_fault
from functions.runtime.errors import PublishFailed, Stalled
from functions.runtime.health import LoopWatch
from functions.runtime.inbox import Claim


def claim(deferrals: int) -> Claim:
    return Claim("probe", "/s", "e1", deferrals + 1, deferrals, None)


def test_one_tick_in_time_makes_a_loop_healthy_again() -> None:
    watch = LoopWatch()
    watch.note(19.0)
    assert not watch.healthy
    watch.note(0.001)
    assert watch.healthy
    assert watch.lost_s == pytest.approx(19.001)


@pytest.mark.parametrize(
    ("deferrals", "free"), [(0, True), (MAX_STALLS - 1, True), (MAX_STALLS, False), (50, False)]
)
def test_an_event_is_held_up_for_nothing_a_few_times_only(deferrals: int, free: bool) -> None:
    assert not_its_fault(Stalled("held up"), claim(deferrals)) is free


def test_a_failure_of_others_is_never_the_events() -> None:
    assert not_its_fault(PublishFailed("no sink"), claim(50))
    assert not not_its_fault(ValueError("ill"), claim(0))
