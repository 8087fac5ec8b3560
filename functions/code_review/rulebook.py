"""The rules of a review, read from rules.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Dimension = Literal["correctness", "error-prone", "naming", "structure", "style"]
Severity = Literal["error", "warning", "info"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a rule says, and which part of the rating it lowers, by its own weight or the dimension's.

    `beginner` is what a beginner reads in the place of message and suggestion.
    """

    dimension: Dimension
    severity: Severity
    message: str
    suggestion: str
    weight: int | None = None
    beginner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One place in a program that could be better; `points` is what it costs of the 100."""

    line: int
    rule: str
    severity: Severity
    message: str
    suggestion: str
    dimension: Dimension
    points: float = 0.0
    weight: float = 1.0


@cache
def rulebook() -> Mapping[str, Rule]:
    """Read all rules, once per process."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {code: Rule(**entry) for code, entry in tables["rule"].items()}


def found(code: str, line: int, *, name: str = "", detail: str = "", weight: float = 1.0) -> Finding:
    """Make the finding of a rule at a line."""
    rule = rulebook()[code]
    return Finding(
        line=line,
        rule=code,
        severity=rule.severity,
        # `replace` and not `format`: names come from programs and rules show code, and both have braces in
        # them.
        message=rule.message.replace("{name}", name).replace("{detail}", detail),
        suggestion=rule.suggestion.replace("{name}", name).replace("{detail}", detail),
        dimension=rule.dimension,
        weight=weight,
    )
