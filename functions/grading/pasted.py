"""Whether a program only recognises the examples: what it is given is compared with their values, no more.

Read from the tree: parameters and what `input()` gave are looked at with `==`, or as the key of a dictionary,
and never computed with. A right program of this kind passes its hidden tests: ask about one that fails there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from functions.analysis import source
from functions.grading.checks import Test

Function = ast.FunctionDef | ast.AsyncFunctionDef


def pasted(code: str, visible: Sequence[Test]) -> bool:
    """Whether a program gives the results of its examples as constants."""
    try:
        tree = source.parse(code)
    except SyntaxError:
        return False
    given = set(_given(tree))
    compared = [node for node in ast.walk(tree) if _looks_up(node)]
    seen = {id(one) for node in compared for one in ast.walk(node)}
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    # One use besides a comparison is computing: in doubt for the student.
    if not given or any(node.id in given and id(node) not in seen for node in uses):
        return False
    parts = [one for node in compared for one in ast.walk(node)]
    constants = {str(one.value) for one in parts if isinstance(one, ast.Constant)}
    # A rule of the task ("if it is 0") is compared with constants, too; only where all of them are the
    # examples' it is copied.
    return constants <= set(_shown(visible))


def _shown(visible: Sequence[Test]) -> Iterator[str]:
    """Give the values of the examples, as text."""
    for test in visible:
        yield from test.source.splitlines()
        if test.kind != "stdin":
            nodes = ast.walk(source.parse(test.source))
            yield from (str(node.value) for node in nodes if isinstance(node, ast.Constant))
        yield str(test.expected)


def _given(tree: ast.Module) -> Iterator[str]:
    """Name what a program is given: parameters, and variables that hold what was typed in."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            arguments = node.args
            yield from (one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])
        elif isinstance(node, ast.Assign) and _typed_in(node.value):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _typed_in(value: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "input" for one in ast.walk(value))


def _looks_up(node: ast.AST) -> bool:
    """Whether something is compared with constants, or looked up in a table of constants."""
    match node:
        case ast.Compare(ops=[ast.Eq() | ast.In()]):
            return True
        case ast.Subscript(value=ast.Dict()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Dict(), attr="get")):
            return True
    return False
