"""How far a hint may go: the ladder from a nudge to the solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from functions.tutor.faults.catalogue import TIERS, Tier

READING_TIME = timedelta(seconds=20)
TRIES_BEFORE_SOLUTION = 3
HIGHEST_UNASKED = TIERS.index("worked")


@dataclass(frozen=True, slots=True)
class Shown:
    """A hint that was given: how far it went, for which version of the program, and when."""

    tier: Tier
    code_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """The hint to give now; `tries_left` until a student who asks for the solution gets it."""

    tier: Tier
    again: bool = False
    tries_left: int = 0


def next_step(earlier: Sequence[Shown], *, code_hash: str, at: datetime, wants_solution: bool) -> Step:
    """Choose the next hint from those given before, in whatever order they are listed.

    One step further needs a changed program, or time to read the last hint.
    The solution needs to be asked for, after three tries.
    """
    given = sorted((shown for shown in earlier if shown.at < at), key=lambda shown: shown.at)
    if not given:
        return Step("nudge", tries_left=TRIES_BEFORE_SOLUTION if wants_solution else 0)
    missing = max(0, TRIES_BEFORE_SOLUTION - _tries(given))
    if wants_solution and not missing:
        return Step("solution")
    last = given[-1]
    reached = max(TIERS.index(shown.tier) for shown in given)
    if not _moved_on(last, code_hash, at):
        return Step(
            TIERS[min(reached, HIGHEST_UNASKED)], again=True, tries_left=missing if wants_solution else 0
        )
    return Step(TIERS[min(reached + 1, HIGHEST_UNASKED)], tries_left=missing if wants_solution else 0)


def _tries(given: Sequence[Shown]) -> int:
    """Count the hints that came after something had been tried or read, the first one included."""
    return 1 + sum(_moved_on(before, after.code_hash, after.at) for before, after in pairwise(given))


def _moved_on(last: Shown, code_hash: str, at: datetime) -> bool:
    return code_hash != last.code_hash or at - last.at >= READING_TIME
