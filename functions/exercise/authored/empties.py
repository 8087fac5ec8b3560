"""Whether tests ever hand in an empty list: most who fail at nothing else fail there.

For each list, tuple, set or dictionary that a function is given and that no test has empty, the likeliest
wrong program begins with its first item. Where the solution gives a result for the empty one, a test is
missing. Where all have one short length, they are taken for something of a fixed shape, such as a point.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from functions.analysis import source
from functions.grading.checks import Test

MIN_ALIKE = 3
MAX_SHAPE = 3
EMPTY = {ast.List: "[]", ast.Tuple: "()", ast.Set: "set()", ast.Dict: "{}"}
Filled = ast.List | ast.Tuple | ast.Set | ast.Dict


@dataclass(frozen=True, slots=True)
class Untested:
    """A wrong program, and the input without anything in it that would tell."""

    program: str
    input: Test


def untested(tests: Sequence[Test], solution: str) -> list[Untested]:
    """Make a wrong program for each place that is never empty; runs behind walls."""
    tree = source.parse(solution)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    places: dict[tuple[str, int], list[tuple[Test, int]]] = defaultdict(list)
    for test in tests:
        if test.kind == "call" and not test.raises:
            for name, number, length in _filled(test.source):
                places[name, number].append((test, length))
    found = []
    for (name, number), seen in places.items():
        lengths = {length for _, length in seen}
        fixed = len(lengths) == 1 and max(lengths) <= MAX_SHAPE and len(seen) >= MIN_ALIKE
        if name in functions and 0 not in lengths and not fixed and number < len(functions[name].args.args):
            shortest = min(seen, key=lambda one: len(one[0].source))[0]
            program = _beginning_with_first(solution, name, number, shortest)
            found.append(Untested(program, _emptied(shortest, name, number)))
    return found


def _filled(call: str) -> Iterator[tuple[str, int, int]]:
    """Give each literal list of a call: the function, the number of the argument, and how long it is."""
    for node in ast.walk(source.parse(call)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for number, value in enumerate(node.args):
                if isinstance(value, Filled):
                    items = value.keys if isinstance(value, ast.Dict) else value.elts
                    yield node.func.id, number, len(items)
                elif ast.unparse(value) == "set()":
                    yield node.func.id, number, 0


def _argument(tree: ast.AST, name: str, number: int) -> tuple[ast.Call, ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            return node, node.args[number]
    raise LookupError(f"{name} is not called")


def _emptied(test: Test, name: str, number: int) -> Test:
    tree = source.parse(test.source)
    call, value = _argument(tree, name, number)
    call.args[number] = ast.parse(EMPTY[type(value)], mode="eval").body
    return replace(test, name=f"{name} of nothing", source=ast.unparse(tree), expected=None, hint=None)


def _beginning_with_first(solution: str, name: str, number: int, test: Test) -> str:
    tree = source.parse(solution)
    _, value = _argument(source.parse(test.source), name, number)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            given = node.args.args[number].arg
            item = f"{given}[0]" if isinstance(value, ast.List | ast.Tuple) else f"list({given})[0]"
            node.body.insert(0, source.parse(f"first = {item}").body[0])
    return f"{ast.unparse(ast.fix_missing_locations(tree))}\n"
