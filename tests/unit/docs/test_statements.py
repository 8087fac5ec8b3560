"""SQL is written in constants: where a function puts text into a statement, an attacker may follow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.processes import ROOT

SQL = re.compile(r"(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|TRUNCATE|CREATE|DROP|ALTER)\s")
EXECUTES = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "copy_from_query", "prepare", "cursor"}
MODULES = [path for folder in ("functions", "infra") for path in sorted((ROOT / folder).rglob("*.py"))]
# What goes in there is a table or a column of a constant list of the same module, never a value.
KNOWN = {
    "functions/gateway/queries/personal_data.py": {"EXPORT", "ERASE", "SWEEP"},
    "functions/runtime/projection.py": {"ERASED", "STALE"},
    "functions/progress/store.py": {"FORGET"},
}


def put_together(tree: ast.AST) -> Iterator[str]:
    """Name the statements that functions put together."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            match node:
                case ast.JoinedStr() if SQL.match("".join(texts(node))) and not constant(node):
                    yield ast.unparse(node)[:60]
                case ast.BinOp(op=ast.Add() | ast.Mod()) if any(map(SQL.match, texts(node))):
                    yield ast.unparse(node)[:60]
                case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
                    if SQL.match(text.lstrip()):
                        yield text[:60]


def constant(node: ast.JoinedStr) -> bool:
    """Whether all that is put in is named as a constant."""
    parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    return all(isinstance(part, ast.Name) and part.id.isupper() for part in parts)


def texts(node: ast.AST) -> list[str]:
    return [part.value.lstrip() for part in ast.walk(node) if isinstance(part, ast.Constant)
            and isinstance(part.value, str)]  # fmt: skip


def filled(tree: ast.AST) -> set[str]:
    """Name the constants that are filled in where a statement is executed."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in EXECUTES:
            for part in ast.walk(node):
                match part:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="format")) if (
                        name.isupper()
                    ):
                        found.add(name)
    return found


def test_no_function_puts_a_statement_together() -> None:
    for path in MODULES:
        text, name = path.read_text(), str(path.relative_to(ROOT))
        if not SQL.search(text) and ".format(" not in text:
            continue
        tree = ast.parse(text)
        assert list(put_together(tree)) == [], name
        assert filled(tree) <= KNOWN.get(name, set()), name


def test_the_test_sees_what_it_looks_for() -> None:
    assert list(put_together(ast.parse('def f(x):\n    return f"SELECT {x}"')))
    assert list(put_together(ast.parse('def f(x):\n    return "SELECT %s" % x')))
    assert list(put_together(ast.parse('async def f(x):\n    return "DELETE FROM " + x')))
    assert list(put_together(ast.parse('def f(x):\n    return "UPDATE {}".format(x)')))
    assert filled(ast.parse("db.fetch(ANY.format(x), 1)")) == {"ANY"}


def commented(tree: ast.AST) -> list[str]:
    """Name the lines of statements that are a comment of Python, which PostgreSQL can't read."""
    found = []
    for node in ast.walk(tree):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        if SQL.search(text):
            found += [line for line in text.splitlines() if line.lstrip().startswith("# ")]
    return found


def test_no_statement_holds_a_comment_of_python() -> None:
    for path in MODULES:
        text = path.read_text()
        if SQL.search(text):
            assert commented(ast.parse(text)) == [], path


def test_a_comment_in_a_statement_is_noticed() -> None:
    assert commented(ast.parse('X = """\nINSERT INTO t\n# why\nVALUES (1)\n"""'))
    assert commented(ast.parse('X = f"""\nUPDATE t SET a = {B}\n# why\n"""'))
