"""A hint goes no further than the classes of a student allow, and says so where that is the end."""

from __future__ import annotations

import pytest

from functions.debug.case import capped
from functions.diagnosis.catalogue import TIERS
from functions.diagnosis.hint_ladder import NextHint


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("highest", range(1, len(TIERS) + 1))
def test_no_hint_is_above_the_highest_rung(tier: str, highest: int) -> None:
    step, end = capped(NextHint(tier), highest, "9b")  # type: ignore[arg-type]
    assert TIERS.index(step.tier) + 1 == min(TIERS.index(tier) + 1, highest)
    assert bool(end) is (TIERS.index(tier) + 1 >= highest)


def test_without_a_rule_the_ladder_is_as_it_is() -> None:
    assert capped(NextHint("solution", tries_left=1), None, None) == (NextHint("solution", tries_left=1), ())
