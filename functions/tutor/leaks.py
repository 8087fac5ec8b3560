"""Whether a text gives a solution away, told from normalised syntax trees and from bare characters."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator

FENCED = re.compile(r"```[\w+-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LEAST_NODES = 5
LEAST_CHARACTERS = 8


def leaks(text: str, solution: str, known: str = "") -> bool:
    """Whether a text shows a statement of the solution that the student's own program does not have."""
    text = _without_lines(text, known)
    return _shows_lines(text, solution, known) or _shows_statements(text, solution, known)


def normalised(code: str) -> frozenset[str]:
    """Reduce a program to its statements without names: programs that differ in names alone are equal."""
    return frozenset(_statement_forms(code))


def _without_lines(text: str, known: str) -> str:
    """Leave out what the text only quotes from the student's own program."""
    own = {_bare(line) for line in known.splitlines()} - {""}
    return "\n".join(line for line in text.splitlines() if _bare(line) not in own)


def _shows_lines(text: str, solution: str, known: str) -> bool:
    said = _bare(text)
    had = {_bare(line) for line in known.splitlines()}
    new = {_bare(line) for line in solution.splitlines()} - had
    return any(len(line) >= LEAST_CHARACTERS and line in said for line in new)


def _shows_statements(text: str, solution: str, known: str) -> bool:
    new = normalised(solution) - normalised(known)
    return bool(new) and any(normalised(piece) & new for piece in _code_in(text))


def _bare(text: str) -> str:
    code, _, _ = text.partition("#") if "\n" not in text else (text, "", "")
    return re.sub(r"[\s`]+", "", code).replace('"', "'")


def _code_in(text: str) -> Iterator[str]:
    for block in FENCED.findall(text):
        yield block
        yield from block.splitlines()
    yield from INLINE.findall(text)
    yield from FENCED.sub(" ", text).splitlines()


def _statement_forms(code: str) -> Iterator[str]:
    tree = _parsed(code)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.stmt) and sum(1 for _ in ast.walk(_header(node))) >= LEAST_NODES:
            yield _form(node)


def _parsed(code: str) -> ast.Module | None:
    stripped = code.strip()
    for attempt in (stripped, f"{stripped}\n    pass", f"{stripped}:\n    pass"):
        try:
            return ast.parse(attempt)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _header(node: ast.stmt) -> ast.stmt:
    """Give a statement without the statements in it."""
    inner = {"body", "orelse", "finalbody", "handlers", "cases"}
    fields = {name: [] if name in inner else value for name, value in ast.iter_fields(node)}
    return type(node)(**fields)


class _Rename(ast.NodeTransformer):
    """Give the variables of one statement the names n0, n1, ... in the order they come."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id=self._renamed(node.id), ctx=node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(arg=self._renamed(node.arg))

    def _renamed(self, name: str) -> str:
        return self.names.setdefault(name, f"n{len(self.names)}")


def _form(node: ast.stmt) -> str:
    return ast.dump(_Rename().visit(copy.deepcopy(_header(node))))
