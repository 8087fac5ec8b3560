"""Small edits of a program: what one slip away may be a right one.

Only text is made, by rules that walk over the tree; whether an edit helps is found out by running it. Cost:
one walk a rule, at most MAX_EDITS edits, the likeliest first. A slip that no rule makes is not found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from functions.analysis import source

MAX_EDITS = 900


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: what stands between two places of the text becomes another text.

    `cost` orders edits, the likeliest first; `kind` is the fault that it repairs, `line` where it does so.
    """

    start: int
    end: int
    text: str
    cost: int
    kind: str
    line: int


class Text:
    """A program as text, in which nodes have their places."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.tree = source.parse(code)
        self.lines = code.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, line: int, column: int) -> int:
        """Give the place of a line and a column, which Python counts in bytes."""
        # Python tells columns in bytes of UTF-8: one "é" before a node and characters would be one off.
        return self._starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode(errors="ignore"))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Give where a node begins."""
        return self.at(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Give where a node ends."""
        return self.at(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """Give the text of a node."""
        return self.code[self.start(node) : self.end(node)]

    def line_start(self, line: int) -> int:
        """Give where a line begins."""
        return self._starts[line - 1]

    def replaced(self, node: ast.expr | ast.stmt, text: str, cost: int, kind: str) -> Edit:
        """Put a text in the place of a node."""
        return Edit(self.start(node), self.end(node), text, cost, kind, node.lineno)

    def between(
        self, left: ast.expr, right: ast.expr, sign: re.Pattern[str], text: str
    ) -> tuple[int, int] | None:
        """Find the sign between two operands; None when it is `text` already or not to be told."""
        start, end = self.end(left), self.start(right)
        found = sign.search(self.code, start, end)
        return None if found is None or found.group() == text else found.span()


def shifted(piece: str, by: int) -> str:
    """Indent lines further, or less far when `by` is negative."""
    lines = piece.split("\n")
    if by >= 0:
        return "\n".join(" " * by + line if line.strip() else line for line in lines)
    return "\n".join(line[-by:] if not line[:-by].strip() else line for line in lines)


Rule = Callable[[Text], Iterator[Edit]]


def variables(function: ast.AST) -> list[str]:
    """List the parameters and variables of a function, in their order."""
    found: dict[str, None] = {}
    for node in own_nodes(function):
        if isinstance(node, ast.arg):
            found[node.arg] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
    return list(found)


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Walk a function without the functions in it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def ordered(found: Mapping[tuple[int, int, str], Edit]) -> list[Edit]:
    """Put the likeliest edits first, and leave out what is too many."""
    # By place and text at last, so that two runs try the same edits and find the same repair.
    return sorted(found.values(), key=lambda edit: (edit.cost, edit.start, edit.text))[:MAX_EDITS]
