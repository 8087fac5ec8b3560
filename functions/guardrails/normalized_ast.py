"""Programs as forms: two programs that differ in names and layout alone have the same ones.

A program is parsed, its own names are numbered in the order they come, and the dumps of its statements are
compared. Cost: one parse and one copy of each statement with what is in it, so quadratic in the depth of
nesting; results are cached by the text. It sees through names, layout and quotes, and not through another
order of statements or another way to say the same. A text that can't be parsed has no forms at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from functions.analysis import source
from functions.guardrails.code_tokens import is_own_name

# `x = 1` and `return x` are in any program: a statement needs some substance to be recognized.
MIN_NODES = 5


@lru_cache(maxsize=256)
def statements_of(code: str) -> frozenset[str]:
    """Reduce a program to its statements without names: programs that differ in names alone are equal."""
    return frozenset(_statement_forms(code))


@lru_cache(maxsize=256)
def normalized_statements(code: str) -> frozenset[str]:
    """Give the forms of the functions and classes of a program, and of the program as a whole."""
    tree = _parsed(code)
    kinds = ast.FunctionDef | ast.ClassDef
    parts = [node for node in ast.walk(tree) if isinstance(node, kinds)] if tree else []
    whole = [tree] if tree and len(tree.body) > 1 else []
    return frozenset(_whole_form(node) for node in (*parts, *whole))


def _statement_forms(code: str) -> Iterator[str]:
    tree = _parsed(code)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.stmt):
            header = _header(node)
            if sum(1 for _ in ast.walk(header)) >= MIN_NODES:
                yield _form(header)
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield _whole_form(node)
    if tree and len(tree.body) > 1:
        yield _whole_form(tree)


def _parsed(code: str) -> ast.Module | None:
    stripped = code.strip()
    # A head such as `for x in y:` is no program by itself: a body makes it one.
    for attempt in (stripped, f"{stripped}\n    pass", f"{stripped}:\n    pass"):
        try:
            return source.parse(attempt)
        except SyntaxError:
            continue
    return None


def _header(node: ast.stmt) -> ast.stmt:
    """Give a statement without the statements in it."""
    # A loop is recognized by its head, whatever is in it; what is in it is recognized by itself.
    inner = {"body", "orelse", "finalbody", "handlers", "cases"}
    fields = {name: [] if name in inner else value for name, value in ast.iter_fields(node)}
    return type(node)(**fields)


class _Renaming(ast.NodeVisitor):
    """Copy a tree with n0, n1, ... for what the program names itself, in the order they come."""

    def __init__(self, attributes: frozenset[str] | None) -> None:
        self.names: dict[str, str] = {}
        self.attributes = attributes

    def generic_visit(self, node: ast.AST) -> ast.AST:
        return type(node)(**{name: self._copied(value) for name, value in ast.iter_fields(node)})

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id=self._renamed(node.id), ctx=node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(arg=self._renamed(node.arg))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._definition(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._definition(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        value = self.visit(node.value)
        # Of a whole program only attributes that it sets lose their names: `.append` is Python's.
        own = self.attributes is None or node.attr in self.attributes
        return ast.Attribute(value=value, attr=self._renamed(node.attr) if own else node.attr, ctx=node.ctx)

    def _definition(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        name = self._renamed(node.name)
        copied = self.generic_visit(node)
        copied.name = name  # type: ignore[attr-defined]  # a copy of a definition is one
        return copied

    def _copied(self, value: object) -> object:
        if isinstance(value, list):
            return [self._copied(one) for one in value]
        return self.visit(value) if isinstance(value, ast.AST) else value

    def _renamed(self, name: str) -> str:
        return self.names.setdefault(name, f"n{len(self.names)}") if is_own_name(name) else name


def _form(node: ast.AST, attributes: frozenset[str] | None = None) -> str:
    return ast.dump(_Renaming(attributes).visit(node))


def _whole_form(node: ast.AST) -> str:
    """Give the form of a program or a part of one; only attributes that it sets itself lose their names."""
    inner = list(ast.walk(node))
    own = {one.attr for one in inner if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)}
    own |= {one.name for one in inner if isinstance(one, ast.FunctionDef)}
    return _form(node, frozenset(own))
