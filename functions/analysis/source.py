"""Reading programs that strangers wrote: what can't be read is a syntax error, and nothing else happens.

Cost: the parse, and one pass over the tree, level by level and not by recursion, which the depth of a tree
could exhaust. The memory that the parser itself takes is not bounded here: what strangers wrote is parsed
behind the walls (walls.py).
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

# A tree this deep can still be copied, compared and written within Python's limit of 1,000 frames.
DEEPEST = 120
# Python writes whole numbers of up to 4,300 digits, but reads longer ones that are written in base 16.
MAX_BITS = 14_000
EXCERPT_LENGTH = 300


class TooLarge(SyntaxError):
    """There was not enough memory to read a program; behind walls that is a limit of theirs."""


# What editors write before the first character of a file; Python reads over it.
BYTE_ORDER_MARK = "\ufeff"


def parse(code: str) -> ast.Module:
    """Parse a program; raises SyntaxError, also where Python itself gives up or the nesting is too deep."""
    tree = _parsed(code.removeprefix(BYTE_ORDER_MARK), "exec")
    assert isinstance(tree, ast.Module)
    return tree


def parse_expression(code: str) -> ast.Expression:
    """Parse an expression; raises SyntaxError as `parse` does."""
    tree = _parsed(code, "eval")
    assert isinstance(tree, ast.Expression)
    return tree


def literal(text: str) -> Any:
    """Read a Python literal; raises SyntaxError for any other text."""
    tree = parse_expression(text.strip())
    try:
        return ast.literal_eval(tree)
    except (ValueError, TypeError) as error:
        raise SyntaxError(f"no literal: {error}") from error


def is_literal(text: str) -> bool:
    """Whether a text is a Python literal."""
    try:
        literal(text)
    except SyntaxError:
        return False
    return True


def _parsed(code: str, mode: str) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree: ast.AST = ast.parse(code, "main.py", mode)
    except MemoryError:
        raise TooLarge("the program is too large or too deeply nested to be read") from None
    except (ValueError, RecursionError) as error:
        raise SyntaxError(f"the program can't be read: {error}".rstrip(": ")) from error
    _check_bounds(tree)
    return tree


def _check_bounds(tree: ast.AST) -> None:
    level = [tree]
    for _ in range(DEEPEST):
        if any(_too_long(node) for node in level):
            raise SyntaxError("a number of the program is too long to be written out")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        raise SyntaxError(f"the program is nested more than {DEEPEST} levels deep")


def _too_long(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int) and value.bit_length() > MAX_BITS


def line_of(code: str, line: object) -> str | None:
    """Give a line of a program, counted from 1, as far as an event carries it; None where there is none."""
    lines = code.splitlines()
    if not isinstance(line, int) or not 1 <= line <= len(lines):
        return None
    return lines[line - 1].strip().replace("\x00", "\ufffd")[:EXCERPT_LENGTH] or None
