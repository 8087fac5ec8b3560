"""A name means one thing in a module: few locals hide an import or a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.docs import ROOT

FOLDERS = ("functions", "events", "infra", "sandbox-runner/src")
# The route `token` and the parameter of that name, which the API fixes.
MAX_HIDDEN = 5


def own(tree: ast.Module) -> set[str]:
    """Name what a module imports, and the functions that it defines."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
    return found


def bound(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[str]:
    """Name what a function binds: parameters, and whatever it assigns to."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name


def hidden(tree: ast.Module) -> set[tuple[str, str]]:
    """Give each function with a name of its module that it hides."""
    names = own(tree)
    return {
        (getattr(node, "name", "lambda"), name)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for name in bound(node)
        if name in names
    }


def modules() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_few_locals_hide_an_import_or_a_function_of_their_module() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {function} hides {name}"
        for path in modules()
        for function, name in sorted(hidden(ast.parse(path.read_text())))
    ]
    assert len(found) <= MAX_HIDDEN, "\n".join(found)


def test_what_hides_a_name_is_noticed() -> None:
    source = "import json\ndef one(json): ...\ndef two():\n    one = 1\ndef three():\n    other = json\n"
    assert hidden(ast.parse(source)) == {("one", "json"), ("two", "one")}


def test_bounds_are_called_by_the_usual_words() -> None:
    """Whoever looks for a limit looks for MIN_ or MAX_."""
    unusual = {
        f"{path.relative_to(ROOT)}: {node.id}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id.startswith(("LEAST_", "MOST_", "LONGEST", "WORTH_"))
    }
    assert unusual == set()
