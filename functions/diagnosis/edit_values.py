"""Small edits of what becomes of values: given back, stored, converted, passed on.

For each function, assignment and call a few edits as text. Cost: one walk a rule, and for each `return` one
edit a variable. A value that is computed from several of them is not found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from functions.diagnosis.edits import Edit, Rule, Text, variables
from functions.diagnosis.rules.tree import called_name, nodes

AUGMENTED = re.compile(r"(\*\*|//|[-+*/%])=")
# Methods that change the object and return None: what is stored or returned of them is lost.
IN_PLACE = ("sort", "reverse", "append")
SWAPS = {
    "min": "max",
    "max": "min",
    "append": "extend",
    "extend": "append",
    "lower": "upper",
    "upper": "lower",
}
UNWRAPPED = frozenset({"int", "str", "float", "round", "list", "sorted", "reversed", "set", "abs"})


def results(text: Text) -> Iterator[Edit]:
    """Give a value back that is printed, dropped or never returned."""
    for function in nodes(text.tree, ast.FunctionDef):
        for node in nodes(function, ast.Expr):
            call = node.value
            if isinstance(call, ast.Call) and called_name(call) == "print" and len(call.args) == 1:
                yield text.replaced(node, f"return {text.of(call.args[0])}", 2, "print-not-return")
            elif not isinstance(call, ast.Constant):
                yield text.replaced(node, f"return {text.of(call)}", 2, "missing-return")
        yield from _returns(text, function)
    for given_back in nodes(text.tree, ast.Return):
        value = given_back.value
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in IN_PLACE
        ):
            indent = " " * given_back.col_offset
            yield text.replaced(
                given_back,
                f"{text.of(value)}\n{indent}return {text.of(value.func.value)}",
                2,
                "stored-in-place",
            )
    for assigned in nodes(text.tree, ast.Assign):
        value = assigned.value
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in IN_PLACE
        ):
            yield text.replaced(assigned, text.of(value), 2, "stored-in-place")


def _returns(text: Text, function: ast.FunctionDef) -> Iterator[Edit]:
    """Return a variable at the end of a function, or instead of another value."""
    known = variables(function)
    last = function.body[-1]
    # So many variables are of a long program; to return each of them is to guess.
    if len(known) > 10:
        return
    indent = " " * last.col_offset
    # The last variable that got a value is most often the result.
    for name in reversed(known):
        if not isinstance(last, ast.Return):
            at = text.end(last)
            yield Edit(at, at, f"\n{indent}return {name}", 3, "lost-return", last.end_lineno or last.lineno)
    for node in nodes(function, ast.Return):
        for name in known:
            if node.value is None:
                yield text.replaced(node, f"return {name}", 3, "lost-return")
            elif text.of(node.value) != name:
                yield text.replaced(node.value, name, 4, "other-value")


def stored(text: Text) -> Iterator[Edit]:
    """Add to a variable instead of replacing it, or the other way; store a copy."""
    for node in nodes(text.tree, ast.Assign):
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Name | ast.Subscript | ast.Attribute):
            said = text.of(node.value)
            for sign in ("+", "-", "*"):
                yield text.replaced(node, f"{text.of(target)} {sign}= {said}", 3, "forgets-old-value")
            if isinstance(node.value, ast.Name):
                yield text.replaced(node.value, f"{said}[:]", 3, "no-copy")
    for changed in nodes(text.tree, ast.AugAssign):
        found = AUGMENTED.search(text.code, text.end(changed.target), text.start(changed.value))
        for sign in ("+=", "-=", "*=", "//=", "/=", "=") if found else ():
            if found and found.group() != sign:
                yield Edit(*found.span(), sign, 3, "other-operator", changed.lineno)


def starts(text: Text) -> Iterator[Edit]:
    """Begin with what was given, in the place of a fixed value."""
    for function in nodes(text.tree, ast.FunctionDef):
        for node in nodes(function, ast.Assign):
            for arg in function.args.args if isinstance(node.value, ast.Constant | ast.UnaryOp) else ():
                yield text.replaced(node.value, f"{arg.arg}[0]", 3, "start-value")
                yield text.replaced(node.value, arg.arg, 4, "start-value")


def calls(text: Text) -> Iterator[Edit]:
    """Convert a value or leave that out, call the opposite, or give values in another order."""
    for node in nodes(text.tree, ast.Call):
        name, said = called_name(node), text.of(node)
        if name in UNWRAPPED and len(node.args) == 1:
            yield text.replaced(node, text.of(node.args[0]), 3, "part-too-much")
        if name == "input":
            yield text.replaced(node, f"int({said})", 2, "not-converted")
            yield text.replaced(node, f"float({said})", 2, "not-converted")
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name
        if last in SWAPS:
            at = text.end(node.func)
            yield Edit(at - len(last), at, SWAPS[last], 2, "other-call", node.lineno)
        if last in ("sort", "sorted") and "reverse" not in {word.arg for word in node.keywords}:
            at = text.end(node) - 1
            comma = ", " if node.args or node.keywords else ""
            yield Edit(at, at, f"{comma}reverse=True", 2, "other-order", node.lineno)
        if len(node.args) == 2 and not node.keywords:
            yield _turned(text, node.args[0], node.args[1], 3)


def _turned(text: Text, one: ast.expr, other: ast.expr, cost: int) -> Edit:
    middle = text.code[text.end(one) : text.start(other)]
    said = f"{text.of(other)}{middle}{text.of(one)}"
    return Edit(text.start(one), text.end(other), said, cost, "turned-round", one.lineno)


def returned(text: Text) -> Iterator[Edit]:
    """Give the value back in another order or as another type."""
    for node in nodes(text.tree, ast.Return):
        value = node.value
        if isinstance(value, ast.Name | ast.Call | ast.BinOp | ast.Subscript | ast.ListComp):
            said = text.of(value)
            whole = f"({said})" if isinstance(value, ast.BinOp | ast.ListComp) else said
            yield text.replaced(value, f"{whole}[::-1]", 3, "other-order")
            for kind in ("tuple", "list", "str", "int"):
                yield text.replaced(value, f"{kind}({said})", 4, "other-type")
        if isinstance(value, ast.Tuple) and len(value.elts) == 2:
            yield _turned(text, value.elts[0], value.elts[1], 2)


VALUES: tuple[Rule, ...] = (results, stored, starts, calls, returned)
