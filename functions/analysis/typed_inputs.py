"""What could be typed into a program that asks for input: something plausible for each question.

What the program compares an answer with is typed as well, so that a loop that waits for it comes to its end.
Cost: some passes over the tree. It fails where the right input follows from what the program said before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from functions.analysis import source

MAX_INPUTS = 12
# The first that fits: what a prompt asks for as a word ("name") says more than "how many", and the last fits
# all.
TYPED: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = (
    (re.compile(r"name|who", re.IGNORECASE), ("Ada", "Ben")),
    (re.compile(r"age|old|year", re.IGNORECASE), ("15", "12")),
    (re.compile(r"yes|y/n|\(y|again|continue", re.IGNORECASE), ("yes", "no")),
    (re.compile(r"numbers|list|items", re.IGNORECASE), ("3 1 2", "5 4")),
    (
        re.compile(
            r"number|many|guess|price|amount|score|temperature|height|weight|width|length|how", re.IGNORECASE
        ),
        ("4", "7"),
    ),
    (re.compile(r"", re.IGNORECASE), ("hello", "python")),
)
NUMBERS: tuple[str, str] = ("4", "7")


def inputs_for(code: str) -> str:
    """Think of something plausible to type: a plain value first, then what the program compares it with."""
    try:
        tree = source.parse(code)
    except SyntaxError:
        return ""
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_input(node)]
    if not asked:
        return ""
    plain: list[str] = []
    numeric = {
        id(arg)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_number(node)
        for arg in ast.walk(node)
    }
    for node in asked:
        prompt = " ".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))
        first, second = (
            NUMBERS
            if id(node) in numeric
            else next(typed for pattern, typed in TYPED if pattern.search(prompt))
        )
        # Two equal names or numbers hide what a program does with them.
        plain.append(second if first in plain else first)
    # "while answer != 'quit'" ends only when "quit" is typed.
    stops = [text for text in _compared(tree) if text not in plain]
    # Twice, because a loop asks again after the first round; what is left over is not read.
    typed = [*plain, *stops[:4], *plain, *stops[:4]][:MAX_INPUTS] if stops or _loops(tree) else plain
    return "\n".join(typed) + "\n"


def _is_input(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "input"


def _is_number(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in ("int", "float")


def _loops(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.For | ast.While) for node in ast.walk(tree))


def _compared(tree: ast.AST) -> Iterator[str]:
    """Give the constants that names are compared with, also where a name holds the constant."""
    held = {
        node.targets[0].id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            for part in (node.left, *node.comparators):
                yield from _constants(part, held)


def _constants(part: ast.expr, held: Mapping[str, object]) -> Iterator[str]:
    for node in ast.walk(part):
        value = (
            node.value
            if isinstance(node, ast.Constant)
            else held.get(node.id)
            if isinstance(node, ast.Name)
            else None
        )
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            yield str(value)
