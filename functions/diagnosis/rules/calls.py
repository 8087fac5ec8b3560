"""Silent faults of functions: what they give back, their defaults, and calls that are missing.

Each rule looks at the tree of one program alone, at the cost of a walk, and speaks only where the fault needs
no run to be seen: what depends on values is left to a run or a right program.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from functions.diagnosis.rules.tree import Spot, blocks, called_name, finds, makes_list, nodes, used_calls

LEAVES = (ast.Return, ast.Break, ast.Continue, ast.Raise)


@finds("missing-return")
def _missing_return(tree: ast.Module) -> Iterator[Spot]:
    used = {called_name(call) for call in used_calls(tree)}
    for function in nodes(tree, ast.FunctionDef):
        last = function.body[-1]
        # A value that is worked out in the last line and dropped, or a function whose result is used and
        # never given.
        lost = isinstance(last, ast.Expr) and isinstance(
            last.value, ast.BinOp | ast.Compare | ast.BoolOp | ast.ListComp
        )
        if lost or (function.name in used and _only_works_out(function)):
            yield Spot(last.lineno, function.name)


def _only_works_out(function: ast.FunctionDef) -> bool:
    """Whether a function works something out, and neither gives it back nor shows it."""
    ends = (ast.Return, ast.Yield, ast.YieldFrom, ast.Raise)
    shows = any(called_name(call) == "print" for call in nodes(function, ast.Call))
    works = any(isinstance(node, ast.Assign | ast.AugAssign) for node in ast.walk(function))
    return works and not shows and not any(isinstance(node, ends) for node in ast.walk(function))


@finds("print-not-return")
def _print_not_return(tree: ast.Module) -> Iterator[Spot]:
    used = {called_name(call) for call in used_calls(tree)}
    for function in nodes(tree, ast.FunctionDef):
        prints = any(called_name(call) == "print" for call in nodes(function, ast.Call))
        returns = any(node.value is not None for node in nodes(function, ast.Return))
        yields = any(nodes(function, ast.Yield))
        if function.name in used and prints and not returns and not yields:
            yield Spot(function.lineno, function.name)


@finds("return-in-loop")
def _return_in_loop(tree: ast.Module) -> Iterator[Spot]:
    for loop in nodes(tree, ast.For):
        last = loop.body[-1]
        if isinstance(last, ast.Return) and len(loop.body) > 1:
            yield Spot(last.lineno)
        # `return` in both branches of the last `if`: the loop ends in its first turn.
        elif isinstance(last, ast.If) and last.orelse and _decides(last.body) and _decides(last.orelse):
            yield Spot(last.orelse[-1].lineno)


def _decides(block: list[ast.stmt]) -> bool:
    """Whether a block ends the function whatever happens."""
    return isinstance(block[-1], ast.Return)


@finds("mutable-default")
def _mutable_default(tree: ast.Module) -> Iterator[Spot]:
    for function in nodes(tree, ast.FunctionDef):
        positional = function.args.args[len(function.args.args) - len(function.args.defaults) :]
        for argument, default in zip(positional, function.args.defaults, strict=True):
            if makes_list(default) or isinstance(default, ast.Dict | ast.Set):
                yield Spot(function.lineno, argument.arg)


@finds("missing-call")
def _missing_call(tree: ast.Module) -> Iterator[Spot]:
    functions = {function.name for function in nodes(tree, ast.FunctionDef)} | {"print", "input"}
    for node in nodes(tree, ast.Expr):
        # A method named without brackets does nothing, and neither does a function.
        if isinstance(node.value, ast.Attribute):
            yield Spot(node.lineno, node.value.attr)
        elif isinstance(node.value, ast.Name) and node.value.id in functions:
            yield Spot(node.lineno, node.value.id)


@finds("after-return")
def _after_return(tree: ast.Module) -> Iterator[Spot]:
    for block in blocks(tree):
        for before, after in pairwise(block):
            if isinstance(before, LEAVES):
                yield Spot(after.lineno)


@finds("never-called")
def _never_called(tree: ast.Module) -> Iterator[Spot]:
    mentioned = {node.id for node in nodes(tree, ast.Name)} | {
        node.attr for node in nodes(tree, ast.Attribute)
    }
    only_definitions = all(
        isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom) for node in tree.body
    )
    for function in tree.body:
        # A file of definitions alone is often right: only a function that gives nothing back was meant to
        # be called.
        if isinstance(function, ast.FunctionDef) and only_definitions:
            silent = not any(nodes(function, ast.Return))
            if silent and function.name not in mentioned:
                yield Spot(function.lineno, function.name)
