"""What the rules share: reading syntax trees, and the place a rule points to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

# Functions that change none of their arguments: passing a name to any other may change what it holds.
HARMLESS = frozenset({"print", "len", "str", "int", "float", "range", "sum", "max", "min", "abs", "round"})
N = TypeVar("N", bound=ast.AST)


class Spot(NamedTuple):
    """A line, and the name that a hint speaks of."""

    line: int
    name: str = ""


Rule = Callable[[ast.Module], Iterator[Spot]]
RULES: dict[str, Rule] = {}


def finds(fault: str) -> Callable[[Rule], Rule]:
    """Register a rule as the one that finds a fault of silent.toml."""

    def register(rule: Rule) -> Rule:
        RULES[fault] = rule
        return rule

    return register


def nodes(tree: ast.AST, kind: type[N]) -> Iterator[N]:
    """Give the nodes of one kind, in a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Give every list of statements that follow one another."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def lone_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Give the calls whose result nobody takes."""
    return (node.value for node in nodes(tree, ast.Expr) if isinstance(node.value, ast.Call))


def used_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Give the calls whose result is used."""
    # By identity: equal calls elsewhere in the program are other nodes.
    alone = {id(call) for call in lone_calls(tree)}
    return (call for call in nodes(tree, ast.Call) if id(call) not in alone)


def called_name(call: ast.Call) -> str:
    """Name the function that is called, if it has a plain name."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def method(call: ast.Call) -> str:
    """Name the method that is called, if it is one."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def owner(call: ast.Call) -> str:
    """Name the variable whose method is called."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return call.func.value.id
    return ""


def targets(node: ast.Assign) -> set[str]:
    """Name the variables that are assigned to."""
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def is_bool(node: ast.AST) -> bool:
    """Whether a node is True or False."""
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def makes_list(node: ast.AST) -> bool:
    """Whether an expression makes a new list."""
    return isinstance(node, ast.List | ast.ListComp) or (
        isinstance(node, ast.Call) and called_name(node) == "list"
    )


def changed_in(loop: ast.While) -> set[str]:
    """Name what the body of a loop may change, in any way that can be seen."""
    changed = {node.id for node in nodes(loop, ast.Name) if isinstance(node.ctx, ast.Store | ast.Del)}
    # A method may change its object: `items.pop()` ends `while items:`.
    changed |= {owner(call) for call in nodes(loop, ast.Call)}
    changed |= {
        argument.id
        for call in nodes(loop, ast.Call)
        if called_name(call) not in HARMLESS
        for argument in call.args
        if isinstance(argument, ast.Name)
    }
    stored = (node for node in ast.walk(loop) if isinstance(node, ast.Subscript | ast.Attribute))
    return changed | {
        node.value.id
        for node in stored
        if isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def is_last_of_function(tree: ast.Module, node: ast.Expr) -> bool:
    """Whether a statement is the last one of a function."""
    return any(function.body[-1] is node for function in nodes(tree, ast.FunctionDef))
