"""Which topic a program is about."""

from __future__ import annotations

import ast

from events.models import Topic
from functions.analysis import source


def topic_of_code(code: str) -> Topic | None:
    """Say which topic a program is about, by the rarest thing in it."""
    try:
        nodes = {type(node) for node in ast.walk(source.parse(code))}
    except SyntaxError:
        return None
    for topic, kinds in _SHOWN_BY:
        if nodes & kinds:
            return topic
    return "basics"


# From what few programs have to what most have: a class has functions and loops in it, and is still about
# classes.
_SHOWN_BY: tuple[tuple[Topic, frozenset[type[ast.AST]]], ...] = (
    ("oop", frozenset({ast.ClassDef})),
    ("files", frozenset({ast.With})),
    ("errors", frozenset({ast.Try, ast.Raise})),
    ("functions", frozenset({ast.FunctionDef, ast.Lambda})),
    ("data-structures", frozenset({ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp})),
    ("control-flow", frozenset({ast.For, ast.While, ast.If})),
    ("libraries", frozenset({ast.Import, ast.ImportFrom})),
)
