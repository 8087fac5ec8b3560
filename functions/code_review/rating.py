"""The rating: a number that follows from the findings alone, so the same code always gets the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from functions.code_review.rulebook import DIMENSIONS, Dimension, Finding, rulebook

SHARE: dict[Dimension, int] = {"error-prone": 34, "naming": 25, "structure": 25, "style": 16}
PENALTY: dict[Dimension, int] = {"error-prone": 12, "naming": 6, "structure": 8, "style": 16}
SEVERITY_FACTOR = {"error": 1.5, "warning": 1.0, "info": 0.5}
ALL_STYLE_LOST_AT = 0.35


@dataclass(frozen=True, slots=True)
class Rating:
    """A number from 0 to 100, and what each dimension gave of its share."""

    quality: int
    dimensions: dict[Dimension, float]


def rate(findings: Sequence[Finding], code: str) -> Rating:
    """Rate a program: every dimension has its share, and findings take from it, never below zero.

    Style is lost by the ratio of lines with a finding: a long program is not punished for its length.
    """
    lines = max(1, sum(bool(line.strip()) for line in code.splitlines()))
    left = {dimension: SHARE[dimension] - _lost(dimension, findings, lines) for dimension in DIMENSIONS}
    kept = {dimension: round(max(0.0, points), 2) for dimension, points in left.items()}
    return Rating(quality=int(sum(kept.values()) + 0.5), dimensions=kept)


def _lost(dimension: Dimension, findings: Sequence[Finding], lines: int) -> float:
    mine = [finding for finding in findings if finding.dimension == dimension]
    if dimension == "style":
        ratio = len({finding.line for finding in mine}) / lines
        return SHARE["style"] * min(1.0, ratio / ALL_STYLE_LOST_AT)
    return sum(_penalty(finding) for finding in mine)


def _penalty(finding: Finding) -> float:
    weight = rulebook()[finding.rule].weight or PENALTY[finding.dimension]
    return weight * SEVERITY_FACTOR[finding.severity]
