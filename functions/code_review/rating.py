"""The rating: a number that follows from the findings alone, so the same code always gets the same one.

Each dimension has a share of 100 and loses it by its findings: correctness by the failing tests, style by the
share of lines with a finding, the others by a penalty for each finding until nothing is left. The points
stand by the findings and add up to what was lost, to the cent. Cost: linear in the findings. The number says
nothing of what no rule looks for: a program may be good at 100 and bad at 100.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from functions.code_review.rulebook import DIMENSIONS, Dimension, Finding, rulebook

SHARE: dict[Dimension, int] = {
    "correctness": 40,
    "error-prone": 20,
    "naming": 15,
    "structure": 15,
    "style": 10,
}
PENALTY: dict[Dimension, float] = {"error-prone": 10, "naming": 3, "structure": 5}
SEVERITY_FACTOR = {"error": 1.0, "warning": 1.0, "info": 0.5}
ALL_STYLE_LOST_AT = 0.35
# Points of correctness that go with the first failing test: a wrong program has at most 70.
LOST_AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Rating:
    """A number from 0 to 100, what each dimension kept of its share, and the findings with what they cost."""

    quality: int
    dimensions: Mapping[Dimension, float]
    findings: tuple[Finding, ...] = ()


def rate(findings: Sequence[Finding], code: str, correct: float | None = None) -> Rating:
    """Rate a program: each dimension has its share of 100, and every point that is lost stands by a finding.

    `correct` is the share of the tests that pass; None when there was nothing to test, and then the other
    dimensions have all of the 100. Style is lost by the ratio of lines with a finding: a long program is not
    punished for its length.
    """
    judged = [name for name in DIMENSIONS if name != "correctness" or correct is not None]
    # What was not judged is not counted: the others share its part.
    scale = 100 / sum(SHARE[name] for name in judged)
    lines = max(1, sum(bool(line.strip()) for line in code.splitlines()))
    priced: list[Finding] = []
    kept: dict[Dimension, float] = {}
    for name in judged:
        mine = sorted(finding for finding in findings if finding.dimension == name)
        share = SHARE[name] * scale
        costs = list(_within(share, [cost * scale for cost in _costs(name, mine, lines, correct)]))
        priced += [replace(finding, points=cost) for finding, cost in zip(mine, costs, strict=True)]
        kept[name] = round(share - sum(costs), 2)
    # Half up, and not to the even neighbour.
    return Rating(int(sum(kept.values()) + 0.5), kept, tuple(priced))


def _costs(name: Dimension, mine: Sequence[Finding], lines: int, correct: float | None) -> Iterator[float]:
    """Say what each finding would cost if its dimension had no end."""
    if name == "correctness":
        total = sum(finding.weight for finding in mine) or 1.0
        # The first failing test costs most: a wrong program stays below what a right one can have. The rest
        # goes by the weights of the failing tests, as the grade counts them.
        lost = LOST_AT_ONCE + (SHARE[name] - LOST_AT_ONCE) * (1 - (correct or 0.0))
        yield from (lost * finding.weight / total for finding in mine)
    elif name == "style":
        touched = {finding.line for finding in mine}
        # All of style is lost when a third of the lines is touched; more can't cost more.
        lost = SHARE[name] * min(1.0, len(touched) / lines / ALL_STYLE_LOST_AT)
        yield from (lost / len(mine) for _ in mine)
    else:
        for finding in mine:
            weight = rulebook()[finding.rule].weight
            penalty = PENALTY[name] if weight is None else weight
            yield penalty * SEVERITY_FACTOR[finding.severity]


def _within(share: float, costs: Sequence[float]) -> Iterator[float]:
    """Take costs from a share until it is used up, to the cent.

    What they come to is rounded, not each of them: the same loss shared by more findings stays the same.
    """
    before = 0
    for total in accumulate(costs):
        cents = round(round(100 * min(total, share), 6))
        yield (cents - before) / 100
        before = cents
