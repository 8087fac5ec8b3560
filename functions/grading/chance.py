"""Whether a program's result could depend on luck: read from its names; in doubt it says yes.

A second run costs as much as the first. What is missed are programs that reach chance without a name that is
known here, such as the text of an object, which holds its address.
"""

from __future__ import annotations

import ast

from functions.analysis import source

# A name too much costs a second run; a name too few lets a grade depend on luck.
SETS = frozenset({"set", "frozenset", "hash"})
DICE = frozenset({"random", "secrets", "uuid", "urandom", "randint", "shuffle", "sample"})
CLOCKS = frozenset({"time", "datetime", "date", "monotonic", "perf_counter", "today", "now", "id"})
UNSEEN = frozenset({"exec", "eval", "__import__", "importlib"})


def by_chance(code: str) -> bool:
    """Whether a program uses something whose order or value may change from run to run."""
    return bool(_names(code) & (SETS | DICE | CLOCKS | UNSEEN))


def uses_sets(code: str) -> bool:
    """Whether a program uses sets, whose order is not fixed."""
    return bool(_names(code) & SETS)


def _names(code: str) -> set[str]:
    try:
        tree = source.parse(code)
    except SyntaxError:
        return set()
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found |= {node.name.partition(".")[0], node.name}
        elif isinstance(node, ast.Set | ast.SetComp):
            found.add("set")
    return found
