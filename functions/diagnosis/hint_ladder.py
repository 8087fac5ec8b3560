"""How far a hint may go: the ladder from a nudge to the solution.

A pure function of the hints given before, the version of the program and the time. One step opens when the
program changed, or once for each version when the last hint was read for twenty seconds. Cost: quadratic in
the number of hints for one fault, of which there are a handful. Hints in the future of `at` are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.models import HintLevel
from functions.diagnosis.catalogue import TIERS

READING_TIME = timedelta(seconds=20)
TRIES_BEFORE_SOLUTION = 3
HIGHEST_UNASKED = TIERS.index("worked")


@dataclass(frozen=True, slots=True)
class GivenHint:
    """A hint that was given: how far it went, for which version of the program, and when."""

    tier: HintLevel
    code_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NextHint:
    """The hint to give now.

    `again`: it is one that was given before. Then `wait_s` says for how long it is still to be read before
    the next one opens; None when only a changed program opens it.
    `tries_left` until a student who asks for the solution gets it.
    """

    tier: HintLevel
    again: bool = False
    wait_s: int | None = None
    tries_left: int = 0


def next_step(
    earlier: Sequence[GivenHint], *, code_hash: str, at: datetime, wants_solution: bool
) -> NextHint:
    """Choose the next hint from those given before, in whatever order they are listed.

    One step further needs a version of the program that was not seen yet, or time to read the last hint;
    of the same version, time opens only one. The solution needs to be asked for, after the third hint.
    """
    # Events come in any order: only what was given before this one counts, whenever it was written.
    given = sorted((shown for shown in earlier if shown.at < at), key=lambda shown: shown.at)
    opened = _openings(given)
    missing = max(0, TRIES_BEFORE_SOLUTION - len(opened))
    if wants_solution and not missing:
        return NextHint("solution")
    tries_left = missing if wants_solution else 0
    # A solution that was asked for once does not make the next unasked hint one.
    reached = min(HIGHEST_UNASKED, max((TIERS.index(shown.tier) for shown in given), default=-1))
    new = all(shown.code_hash != code_hash for shown in given)
    wait_s = None if new else _wait_s(given, opened, code_hash, at)
    if reached < HIGHEST_UNASKED and (new or wait_s == 0):
        return NextHint(TIERS[reached + 1], tries_left=tries_left)
    return NextHint(TIERS[reached], again=True, wait_s=wait_s, tries_left=tries_left)


def _openings(given: Sequence[GivenHint]) -> list[int]:
    """Say which of the hints went further than all before them."""
    reached = [-1]
    opened = []
    for number, shown in enumerate(given):
        if TIERS.index(shown.tier) > max(reached):
            opened.append(number)
        reached.append(TIERS.index(shown.tier))
    return opened


def _wait_s(given: Sequence[GivenHint], opened: Sequence[int], code_hash: str, at: datetime) -> int | None:
    """Say for how long the last hint is still to be read; None when this program had its one by waiting."""
    for number in opened:
        # Time opens one step of a version, so that waiting alone does not lead to the end of the ladder.
        seen_before = any(shown.code_hash == code_hash for shown in given[:number])
        if seen_before and given[number].code_hash == code_hash:
            return None
    left = READING_TIME - (at - given[opened[-1]].at)
    return max(0, math.ceil(left.total_seconds()))
