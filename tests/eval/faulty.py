"""Wrong programs with a fault of a known kind, put in by machine: do hints name it?"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from functions.exercise.bank import load
from functions.exercise.instance import instantiate
from tests.eval.problems import Problem

Change = Callable[[ast.AST], bool]
BORDER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


@dataclass(frozen=True, slots=True)
class Faulty:
    """A wrong program, and the names of faults that are true of it."""

    problem: Problem
    kind: str
    names: frozenset[str]


def border(node: ast.AST) -> bool:
    return _compare(node, BORDER)


def turned(node: ast.AST) -> bool:
    return _compare(node, TURNED)


def _compare(node: ast.AST, other: dict[type[ast.cmpop], type[ast.cmpop]]) -> bool:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in other:
        node.ops[0] = other[type(node.ops[0])]()
        return True
    return False


def minus(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):
        node.op = ast.Sub()
        return True
    return False


def divided(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv):
        node.op = ast.Div() if isinstance(node.op, ast.FloorDiv) else ast.FloorDiv()
        return True
    return False


def joined(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return True
    return False


def started(node: ast.AST) -> bool:
    if (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) is int
    ):
        node.value.value += 1
        return True
    return False


def forgetting(node: ast.AST) -> bool:
    for name, block in _blocks(node):
        for number, one in enumerate(block):
            if isinstance(one, ast.AugAssign):
                block[number] = ast.Assign([one.target], one.value)
                setattr(node, name, block)
                return True
    return False


def silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        node.value = None
        return True
    return False


def unguarded(node: ast.AST) -> bool:
    return _without(node, lambda one: isinstance(one, ast.If) and not one.orelse)


def skipping(node: ast.AST) -> bool:
    return _without(node, lambda one: isinstance(one, ast.AugAssign | ast.Expr))


def ranged(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        node.args[-1] = ast.BinOp(node.args[-1], ast.Sub(), ast.Constant(1))
        return True
    return False


def indexed(node: ast.AST) -> bool:
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in (0, 1, 2)
    ):
        node.slice.value += 1
        return True
    return False


def swapped(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.Mod):
        node.left, node.right = node.right, node.left
        return True
    return False


def untidied(node: ast.AST) -> bool:
    for name, value in ast.iter_fields(node):
        if name == "value" and isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            tidies = value.func.attr in ("lower", "upper", "strip", "rstrip")
            setattr(node, name, value.func.value if tidies else value)
            return tidies
    return False


def _blocks(node: ast.AST) -> Iterator[tuple[str, list[ast.stmt]]]:
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield name, block


def _without(node: ast.AST, fits: Callable[[ast.stmt], bool]) -> bool:
    for _, block in _blocks(node):
        found = [number for number, one in enumerate(block) if fits(one)]
        if found and len(block) > 1:
            del block[found[0]]
            return True
    return False


KINDS: dict[Change, set[str]] = {
    border: {"border"},
    turned: {"other-comparison"},
    minus: {"other-operator"},
    divided: {"two-divisions", "lost-rest", "gained-point"},
    joined: {"logic-word", "condition-part"},
    started: {"start-value"},
    forgetting: {"forgets-old-value", "replaced-in-loop"},
    silent: {"lost-return", "missing-return"},
    unguarded: {"missing-case"},
    skipping: {"missing-step"},
    ranged: {"range-end", "off-by-one"},
    indexed: {"other-index"},
    swapped: {"turned-round"},
    untidied: {"case-or-blanks"},
}


def faulty(every: int = 1) -> Iterator[Faulty]:
    """Put each kind of fault into exercises of the bank, in their last variation and with other names."""
    for exercise in load().all()[::every]:
        made = instantiate(exercise, exercise.variations - 1)
        for change, names in KINDS.items():
            code = _changed(made.solution, change)
            if code is not None and code not in made.mutants:
                name = f"{exercise.bank_id}:{change.__name__}"
                problem = Problem(name, made.instructions, code, made.solution, tuple(made.tests))
                yield Faulty(problem, change.__name__, frozenset(names))


def _changed(solution: str, change: Change) -> str | None:
    tree = ast.parse(solution)
    for node in ast.walk(tree):
        if change(node):
            return ast.unparse(ast.fix_missing_locations(_renamed(copy.deepcopy(tree)))) + "\n"
    return None


def _renamed(tree: ast.Module) -> ast.Module:
    """Give the variables of a program other names, as a student would."""
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.Nonlocal | ast.Global) for node in nodes):
        return tree
    kept = {node.arg for node in nodes if isinstance(node, ast.arg | ast.keyword)}
    stored = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = {node.id for node in stored} - kept
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in names:
            node.id = f"my_{node.id}"
    return tree
