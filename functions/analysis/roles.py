"""What the variables of a program are for, told from how they change.

The roles are those of Sajaniemi ("An empirical analysis of roles of variables in novice-level procedural
programs", 2002), as far as a tree shows them: a gatherer, a counter, a collector, a most-wanted holder, a
stepper. Cost: one pass over the loops. It says nothing where a variable has no role that is plain.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Role = Literal["counter", "gatherer", "collector", "most_wanted", "stepper", "text"]
COLLECTS = frozenset({"append", "add", "extend", "insert"})
TELLS: dict[Role, str] = {
    "counter": "counts: it grows by a fixed step each time",
    "gatherer": "gathers a total: something is added to it in each round",
    "collector": "collects results, one after the other",
    "most_wanted": "holds the best one seen so far: it changes only when a better one comes",
    "stepper": "goes through the items, one in each round",
    "text": "grows into a longer text, piece by piece",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A variable, its role, and the line that shows it."""

    name: str
    role: Role
    line: int


def roles(tree: ast.AST) -> list[Found]:
    """Give the variables with a plain role, each once, in the order of the lines that show it."""
    found: dict[str, Found] = {}
    for one in _roles(tree):
        found.setdefault(one.name, one)
    return sorted(found.values(), key=lambda one: one.line)


def _roles(tree: ast.AST) -> Iterator[Found]:
    # `s += x` joins or adds by what s began as: without types that is the only sign in the tree.
    texts = set(_begun_as_text(tree))
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For | ast.While):
            continue
        for node in ast.walk(loop):
            # First, because the holder of the best is assigned in the same loops as counters, and a name
            # keeps the first role that was found for it.
            if isinstance(node, ast.If) and (best := _best(node)) is not None:
                yield best
        for node in ast.walk(loop):
            yield from _grown(node, texts)
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            yield Found(loop.target.id, "stepper", loop.lineno)


def _grown(node: ast.AST, texts: set[str]) -> Iterator[Found]:
    """Tell what grows by a statement in a loop."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield from _sum(node.target.id, node.op, node.value, node.lineno, texts)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        value, name = node.value, node.targets[0].id
        if isinstance(value, ast.BinOp) and isinstance(value.left, ast.Name) and value.left.id == name:
            yield from _sum(name, value.op, value.right, node.lineno, texts)
    elif isinstance(node, ast.Call) and (box := _collects(node)) is not None:
        yield Found(box, "collector", node.lineno)


def _collects(call: ast.Call) -> str | None:
    method = call.func
    if isinstance(method, ast.Attribute) and method.attr in COLLECTS and isinstance(method.value, ast.Name):
        return method.value.id
    return None


def _sum(name: str, op: ast.operator, value: ast.expr, line: int, texts: set[str]) -> Iterator[Found]:
    fixed = isinstance(value, ast.Constant) and isinstance(value.value, int | float)
    if isinstance(op, ast.Add) and name in texts:
        yield Found(name, "text", line)
    elif isinstance(op, ast.Add | ast.Sub) and fixed:
        yield Found(name, "counter", line)
    elif isinstance(op, ast.Add):
        yield Found(name, "gatherer", line)


def _best(node: ast.If) -> Found | None:
    """Read `if n > best: best = n`."""
    test = node.test
    if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Lt | ast.Gt | ast.LtE | ast.GtE)):
        return None
    compared = {name.id for name in ast.walk(test) if isinstance(name, ast.Name)}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            target = line.targets[0].id
            given = {name.id for name in ast.walk(line.value) if isinstance(name, ast.Name)}
            # It must take over what it was compared with: `if n > limit: limit = 0` keeps no best.
            if target in compared and given & compared - {target}:
                return Found(target, "most_wanted", line.lineno)
    return None


def _begun_as_text(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.targets[0].id
