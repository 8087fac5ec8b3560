"""Small edits inside of expressions: comparisons, numbers, bounds, operators, conditions and names.

For each node of the tree a handful of edits, as text; nothing is run here (edit_trials.py does that). Cost:
one walk a rule. A slip of two places at once is only found as two edits that help each on its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from functions.diagnosis.edits import Edit, Rule, Text, own_nodes, variables
from functions.diagnosis.rules.tree import nodes

# A border let in or out is the smallest edit there is, and costs 1; an edit that may repair much by chance
# costs 3 or 4.
ORDERS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
TURNED = {
    "<": (">", ">="),
    "<=": (">=", ">"),
    ">": ("<", "<="),
    ">=": ("<=", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
OPERATOR = re.compile(r"not\s+in|is\s+not|<=|>=|==|!=|<|>|\bin\b|\bis\b")
ARITHMETIC = ("+", "-", "*", "//", "/", "%", "**")
CARET = re.compile(r"\^")
SIGN = re.compile(r"\*\*|//|[-+*/%]")


def comparisons(text: Text) -> Iterator[Edit]:
    """Let a border in or out, turn a comparison, or ask it in another way."""
    for node in nodes(text.tree, ast.Compare):
        left = node.left
        for right in node.comparators:
            found = OPERATOR.search(text.code, text.end(left), text.start(right))
            left = right
            if found is None:
                continue
            sign = " ".join(found.group().split())
            for other, cost, kind in _other_comparisons(sign):
                yield Edit(*found.span(), other, cost, kind, node.lineno)


def _other_comparisons(sign: str) -> Iterator[tuple[str, int, str]]:
    if sign in ORDERS:
        yield ORDERS[sign], 1, "border"
    for other in TURNED.get(sign, ()):
        yield other, 2, "other-comparison"
    if sign in TURNED:
        rest = [other for other in TURNED if other not in (sign, ORDERS.get(sign), *TURNED[sign])]
        yield from ((other, 3, "other-comparison") for other in rest)
    pairs = {"in": "not in", "not in": "in", "is": "==", "is not": "!="}
    if sign in pairs:
        yield pairs[sign], 2, "other-comparison" if "in" in sign.split() else "is-literal"


def numbers(text: Text) -> Iterator[Edit]:
    """Make a number one more or less, or zero."""
    # The 1 of `-1` is a node of its own: to negate it again would give `--1`.
    negative = {id(node.operand) for node in nodes(text.tree, ast.UnaryOp)}
    kinds, given = _places(text.tree), _data(text.tree)
    for node in nodes(text.tree, ast.Constant):
        value = node.value
        if id(node) in given:
            continue
        if isinstance(value, bool):
            yield text.replaced(node, str(not value), 2, "other-value")
        elif isinstance(value, int) and abs(value) < 10**6:
            kind = kinds.get(id(node), "other-number")
            yield text.replaced(node, str(value + 1), 2, kind)
            yield text.replaced(node, str(value - 1), 2, kind)
            # Those two are reached by one more or one less.
            if value not in (0, 1, -1):
                yield text.replaced(node, "0", 3, kind)
                yield text.replaced(node, "1", 3, kind)
            if value and id(node) not in negative:
                yield text.replaced(node, str(-value), 3, kind)


def _data(tree: ast.Module) -> set[int]:
    """Find the values that a program is tried with: another example would hide the fault, not mend it."""
    rows = ast.List | ast.Tuple | ast.Set | ast.Dict
    outside = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    held = (row for node in outside for row in ast.walk(node) if isinstance(row, rows))
    return {id(node) for row in held for node in nodes(row, ast.Constant)}


def _places(tree: ast.Module) -> dict[int, str]:
    """Say of numbers what they are for: an index, the end of a range, or a start value."""
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            found |= {id(one): "other-index" for one in ast.walk(node.slice)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            found |= {id(one): "range-end" for arg in node.args for one in ast.walk(arg)}
        elif isinstance(node, ast.Assign):
            found[id(node.value)] = "start-value"
    return found


def neighbours(text: Text) -> Iterator[Edit]:
    """Go one further or one less far: bounds of a range, indices, slices."""
    for node in ast.walk(text.tree):
        if _is_range(node) and len(node.args) == 1:
            end = node.args[0]
            yield Edit(text.start(end), text.start(end), "1, ", 3, "range-end", end.lineno)
            yield text.replaced(end, f"1, {text.of(end)} + 1", 3, "range-end")
        for place, kind in _countable(node):
            if place is not None and not isinstance(place, ast.Constant | ast.Slice):
                yield from _one_off(text, place, kind)


def _is_range(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def _countable(node: ast.AST) -> Iterator[tuple[ast.expr | None, str]]:
    """Give the places of a node where a number may be one off."""
    match node:
        case ast.Call() if _is_range(node):
            yield from ((arg, "range-end") for arg in node.args)
        case ast.Call(args=[ast.Name() as lone]):
            yield lone, "other-value"
        case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper)):
            yield from ((lower, "other-index"), (upper, "other-index"))
        case ast.Subscript():
            yield node.slice, "other-index"
        case ast.Compare():
            yield from ((one, "other-comparison") for one in node.comparators)
        case ast.Return():
            yield node.value, "other-value"


def _one_off(text: Text, place: ast.expr, kind: str) -> Iterator[Edit]:
    # `n - 1` becomes `n`, and not `n - 1 + 1`, which no student would be told.
    if isinstance(place, ast.BinOp) and isinstance(place.right, ast.Constant) and place.right.value == 1:
        yield text.replaced(place, text.of(place.left), 2, kind)
        return
    if isinstance(place, ast.List | ast.Tuple | ast.Dict | ast.Compare | ast.BoolOp | ast.JoinedStr):
        return
    at = text.end(place)
    yield Edit(at, at, " + 1", 2, kind, place.lineno)
    yield Edit(at, at, " - 1", 2, kind, place.lineno)


def operators(text: Text) -> Iterator[Edit]:
    """Calculate in another way, or the other way round."""
    for node in nodes(text.tree, ast.BinOp):
        if isinstance(node.op, ast.BitXor) and (power := text.between(node.left, node.right, CARET, "**")):
            yield Edit(*power, "**", 1, "power-sign", node.lineno)
        for sign in ARITHMETIC:
            found = text.between(node.left, node.right, SIGN, sign)
            if found is not None:
                divisions = {sign, text.code[slice(*found)]} == {"/", "//"}
                yield Edit(
                    *found,
                    sign,
                    2 if divisions else 3,
                    "two-divisions" if divisions else "other-operator",
                    node.lineno,
                )
        if isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
            middle = text.code[text.end(node.left) : text.start(node.right)]
            turned = f"{text.of(node.right)}{middle}{text.of(node.left)}"
            yield text.replaced(node, turned, 3, "turned-round")
        yield text.replaced(node, text.of(node.left), 4, "part-too-much")
        yield text.replaced(node, text.of(node.right), 4, "part-too-much")


def logic(text: Text) -> Iterator[Edit]:
    """Join conditions in another way, turn one round, or leave a part out."""
    for node in nodes(text.tree, ast.BoolOp):
        word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        joined = f" {other} ".join(text.of(value) for value in node.values)
        yield text.replaced(node, joined, 2, "logic-word")
        for value in node.values:
            rest = [text.of(one) for one in node.values if one is not value]
            yield text.replaced(node, f" {word} ".join(rest), 3, "condition-part")
    for negated in nodes(text.tree, ast.UnaryOp):
        kind = "logic-word" if isinstance(negated.op, ast.Not) else "other-number"
        yield text.replaced(negated, text.of(negated.operand), 3, kind)
    for asked in (one for one in ast.walk(text.tree) if isinstance(one, ast.If | ast.While)):
        yield text.replaced(asked.test, f"not ({text.of(asked.test)})", 3, "logic-word")


def names(text: Text) -> Iterator[Edit]:
    """Use another variable of the same function."""
    for function in [text.tree, *nodes(text.tree, ast.FunctionDef)]:
        known = variables(function)
        # Each pair of names is an edit: with more, they alone would fill the budget.
        if len(known) > 8:
            continue
        for node in own_nodes(function):
            if isinstance(node, ast.Name) and node.id in known:
                for other in known:
                    if other != node.id:
                        yield text.replaced(node, other, 4, "other-name")


EXPRESSIONS: tuple[Rule, ...] = (comparisons, numbers, neighbours, operators, logic, names)
