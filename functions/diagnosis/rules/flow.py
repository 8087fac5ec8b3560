"""Silent faults of conditions and loops.

Each rule looks at the tree of one program alone, at the cost of a walk. A loop that only ends by what is
typed in is not called endless.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from functions.diagnosis.rules.tree import Spot, changed_in, finds, is_bool, nodes, targets


@finds("or-with-constant")
def _or_with_constant(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.BoolOp):
        # `x == 1 or 2`: the second part is a value, and true whatever x is.
        question = isinstance(node.op, ast.Or) and isinstance(node.values[0], ast.Compare)
        if question and any(isinstance(value, ast.Constant) and value.value for value in node.values[1:]):
            yield Spot(node.lineno)


@finds("reset-in-loop")
def _reset_in_loop(tree: ast.Module) -> Iterator[Spot]:
    for body in [loop.body for loop in nodes(tree, ast.For)] + [loop.body for loop in nodes(tree, ast.While)]:
        # What a loop adds to, and sets back to its start in every turn.
        grown = {target.id for target in _grown(body) if isinstance(target, ast.Name)}
        for node in body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for name in targets(node) & grown:
                    yield Spot(node.lineno, name)


@finds("endless-while")
def _endless_while(tree: ast.Module) -> Iterator[Spot]:
    for loop in nodes(tree, ast.While):
        leaves = any(
            isinstance(node, ast.Break | ast.Return | ast.Raise | ast.Yield) for node in ast.walk(loop)
        )
        # A call in the condition may give something else each time: nothing can be said then.
        calls = any(isinstance(node, ast.Call) for node in ast.walk(loop.test))
        asked = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
        if not leaves and not calls and not asked & changed_in(loop):
            yield Spot(loop.lineno)


@finds("is-literal")
def _is_literal(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Compare):
        for operator, side in zip(node.ops, node.comparators, strict=True):
            plain = isinstance(side, ast.Constant) and isinstance(side.value, str | int | float)
            if isinstance(operator, ast.Is | ast.IsNot) and plain and not is_bool(side):
                yield Spot(node.lineno)


@finds("compare-true")
def _compare_true(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Compare):
        if isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.Is) and any(
            isinstance(side, ast.Constant) and isinstance(side.value, bool) for side in node.comparators
        ):
            yield Spot(node.lineno)


def _grown(body: list[ast.stmt]) -> Iterator[ast.expr]:
    return (node.target for node in body if isinstance(node, ast.AugAssign))
