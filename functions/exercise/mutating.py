"""Wrong programs made from a right one: one sign, number or condition is changed in each.

One change for each place and kind: another comparison, operator, number or string, `and` for `or`, nothing
returned. Cost: a copy of the tree for each mutant, so quadratic in the size of the solution, which is short.
Some mutants behave as the solution does: who uses them counts those that fail.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

from functions.analysis import source

Change = Callable[[ast.AST], ast.AST | None]
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}  # fmt: skip


def mutants(solution: str) -> Iterator[str]:
    """Give programs with one change each, in the order of the program; some may still be right."""
    tree = source.parse(solution)
    for place, node in enumerate(ast.walk(tree)):
        for change in CHANGES:
            # Changes work in place: a copy tells whether there is anything to change.
            if change(copy.deepcopy(node)) is not None:
                yield _changed(tree, place, change)


def _changed(tree: ast.Module, place: int, change: Change) -> str:
    made: ast.AST = copy.deepcopy(tree)
    # walk goes through equal trees in the same order, so a place is a number.
    target = list(ast.walk(made))[place]
    replaced = change(target)
    if replaced is not None and replaced is not target:
        made = ast.fix_missing_locations(_Replace(target, replaced).visit(made))
    return ast.unparse(made) + "\n"


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Put the new node in the place of the old one."""
        return self.new if node is self.old else self.generic_visit(node)


def _compare(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
        return node
    return None


def _operate(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATIONS:
        node.op = OPERATIONS[type(node.op)]()
        return node
    return None


def _count(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += 1
        return node
    return None


def _join(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node
    return None


def _give_nothing(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Return) and node.value is not None:
        node.value = ast.Constant(None)
        return node
    return None


def _say_else(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        node.value = node.value[:-1]
        return node
    return None


CHANGES: tuple[Change, ...] = (_compare, _operate, _count, _join, _give_nothing, _say_else)
