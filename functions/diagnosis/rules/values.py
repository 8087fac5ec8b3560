"""Silent faults of values: results that get lost, lists that are shared, names that are taken.

Each rule looks at the tree of one program alone, at the cost of a walk. Types are not known: a method counts
by its name, so that a class of the student's with a `sort` of its own is misread.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from functions.diagnosis.rules.tree import (
    Spot,
    called_name,
    finds,
    is_last_of_function,
    lone_calls,
    makes_list,
    method,
    nodes,
    owner,
    targets,
)

# Methods that give a new string: without an assignment their result is lost.
STRING_METHODS = frozenset(
    {
        "upper",
        "lower",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "title",
        "capitalize",
        "swapcase",
        "zfill",
        "join",
    }
    | {"split", "removeprefix", "removesuffix", "casefold", "center"}
)
IN_PLACE = frozenset({"sort", "reverse", "append", "extend", "insert", "clear", "shuffle", "remove"})
CHANGING = IN_PLACE | {"pop", "add", "update", "discard"}
BRACED = re.compile(r"\{([A-Za-z_]\w*)[^{}\n]*\}")
HIDDEN = frozenset(
    {
        "list",
        "dict",
        "str",
        "int",
        "float",
        "sum",
        "max",
        "min",
        "input",
        "print",
        "len",
        "set",
        "range",
        "type",
    }
)


@finds("stored-in-place")
def _stored_in_place(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Assign):
        if isinstance(node.value, ast.Call) and method(node.value) in IN_PLACE:
            yield Spot(node.lineno, method(node.value))


@finds("discarded-string-method")
def _discarded_string_method(tree: ast.Module) -> Iterator[Spot]:
    for call in lone_calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in STRING_METHODS:
            yield Spot(call.lineno, call.func.attr)


@finds("discarded-sorted")
def _discarded_sorted(tree: ast.Module) -> Iterator[Spot]:
    for call in lone_calls(tree):
        if called_name(call) in {"sorted", "reversed"}:
            yield Spot(call.lineno, called_name(call))


@finds("two-names-one-list")
def _two_names_one_list(tree: ast.Module) -> Iterator[Spot]:
    # Only told where one of the names is changed: two names for a list that stays as it is do no harm.
    lists = {name for node in nodes(tree, ast.Assign) if makes_list(node.value) for name in targets(node)}
    changed = {owner(call) for call in lone_calls(tree) if method(call) in CHANGING}
    changed |= {
        target.value.id
        for node in nodes(tree, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)
    }
    for node in nodes(tree, ast.Assign):
        if isinstance(node.value, ast.Name) and node.value.id in lists:
            for name in targets(node) & changed:
                yield Spot(node.lineno, name)


@finds("repeated-row")
def _repeated_row(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.BinOp):
        once = isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List) and len(node.left.elts) == 1
        if once and isinstance(node.left, ast.List) and _is_row(node.left.elts[0]):
            yield Spot(node.lineno)


@finds("changed-while-looping")
def _changed_while_looping(tree: ast.Module) -> Iterator[Spot]:
    for loop in nodes(tree, ast.For):
        looped = loop.iter.id if isinstance(loop.iter, ast.Name) else None
        for call in lone_calls(loop):
            if owner(call) == looped and method(call) in {"remove", "pop", "append", "insert"}:
                yield Spot(call.lineno, owner(call))


@finds("text-compared-with-number")
def _text_compared_with_number(tree: ast.Module) -> Iterator[Spot]:
    typed = {
        name
        for node in nodes(tree, ast.Assign)
        if isinstance(node.value, ast.Call) and called_name(node.value) == "input"
        for name in targets(node)
    }
    for node in nodes(tree, ast.Compare):
        number = any(
            isinstance(side, ast.Constant) and isinstance(side.value, int) for side in node.comparators
        )
        equal = isinstance(node.ops[0], ast.Eq | ast.NotEq)
        if equal and number and isinstance(node.left, ast.Name) and node.left.id in typed:
            yield Spot(node.lineno, node.left.id)


@finds("comparison-statement")
def _comparison_statement(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Expr):
        lone = isinstance(node.value, ast.Compare) and isinstance(node.value.ops[0], ast.Eq)
        if lone and not is_last_of_function(tree, node):
            yield Spot(node.lineno)


@finds("plus-after-equals")
def _plus_after_equals(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Assign):
        if isinstance(node.value, ast.UnaryOp) and isinstance(node.value.op, ast.UAdd):
            for name in targets(node):
                yield Spot(node.lineno, name)


@finds("missing-f")
def _missing_f(tree: ast.Module) -> Iterator[Spot]:
    known = {node.id for node in nodes(tree, ast.Name) if isinstance(node.ctx, ast.Store)}
    known |= {argument.arg for argument in nodes(tree, ast.arg)}
    # Strings that are filled in already: f-strings, `.format`, and docstrings.
    formed = {id(part) for text in nodes(tree, ast.JoinedStr) for part in ast.walk(text)}
    formed |= {id(call.func.value) for call in nodes(tree, ast.Call) if isinstance(call.func, ast.Attribute)}
    formed |= {id(node.value) for node in nodes(tree, ast.Expr)}
    for node in nodes(tree, ast.Constant):
        if isinstance(node.value, str) and id(node) not in formed:
            names = [name for name in BRACED.findall(node.value) if name in known]
            if names:
                yield Spot(node.lineno, names[0])


@finds("shadowed-builtin")
def _shadowed_builtin(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Assign):
        for name in sorted(targets(node) & HIDDEN & set(vars(builtins))):
            yield Spot(node.lineno, name)


@finds("index-past-end")
def _index_past_end(tree: ast.Module) -> Iterator[Spot]:
    for call in nodes(tree, ast.Call):
        if called_name(call) == "range" and call.args:
            # `range(len(x) + 1)` and `range(0, len(x) + 1)` alike.
            end = call.args[min(1, len(call.args) - 1)]
            added = end.left if isinstance(end, ast.BinOp) and isinstance(end.op, ast.Add) else None
            if isinstance(added, ast.Call) and called_name(added) == "len":
                yield Spot(call.lineno)


def _is_row(node: ast.expr) -> bool:
    product = isinstance(node, ast.BinOp) and isinstance(node.left, ast.List)
    return product or isinstance(node, ast.List | ast.Dict)
