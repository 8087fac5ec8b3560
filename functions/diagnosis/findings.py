"""Faults that raise no error, found in the syntax tree of a program."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from functions.analysis import source
from functions.diagnosis.catalogue import catalogue
from functions.diagnosis.rules import RULES


@dataclass(frozen=True, slots=True)
class Finding:
    """A silent fault: which one, in which line, and about which name."""

    fault: str
    line: int
    names: dict[str, str] = field(default_factory=dict)


def silent_faults(code: str) -> list[Finding]:
    """Find the silent faults of a program, in the order of silent.toml; none when it can't be read."""
    try:
        tree = source.parse(code)
    except SyntaxError:
        return []
    return faults_in(tree)


def faults_in(tree: ast.Module) -> list[Finding]:
    """Find the silent faults of a syntax tree."""
    return [
        Finding(fault, spot.line, {"name": spot.name} if spot.name else {})
        # The order is that of silent.toml, from what is surely wrong to what may be meant.
        for fault in catalogue().silent
        for spot in RULES[fault](tree)
    ]
