"""What a first course teaches beyond correctness, and what a linter's findings must not say against it.

Each finding is read from the tree of one function; what a name means can't be seen, so only names of one
letter for what holds many things, and names of a letter and digits, are spoken of.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from functions.analysis import source
from functions.code_review.rulebook import Finding, found

Function = ast.FunctionDef | ast.AsyncFunctionDef
USUAL = frozenset("ijknmxyz_eft")
NUMBERED = re.compile(r"[a-z]{1,2}\d+$")
HOLDERS = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp


def taste(code: str) -> list[Finding]:
    """Find what could be said more simply."""
    tree = source.parse(code)
    return [*_indexes(tree), *_needless_else(tree), *_unused(tree), *_after_loop(tree), *_short_names(tree)]


def sifted(findings: Iterable[Finding], code: str) -> list[Finding]:
    """Leave out what is false here, what would break the program, and what is against the lesson."""
    lines = code.splitlines()
    tree = source.parse(code)
    # A `pass` at the end came with the starter, or was left over: what is above it may cover every case.
    ended = {
        line
        for node in ast.walk(tree)
        if isinstance(node, Function) and isinstance(node.body[-1], ast.Pass)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    hidden = {"B007": set(_used_after_their_loop(tree)), "RET503": ended}
    hidden["RET505"] = {number for number, line in enumerate(lines, 1) if line.strip().startswith("elif")}
    return [one for one in findings if one.line not in hidden.get(one.rule, ())]


def _scopes(tree: ast.Module) -> Iterator[ast.Module | Function]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def _loops(scope: ast.AST) -> Iterator[ast.For]:
    for node in _own(scope):
        if isinstance(node, ast.For):
            yield node


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Go through a scope without the functions and classes in it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield from _own(child)


def _used_after_their_loop(tree: ast.Module) -> Iterator[int]:
    """Number the loops with a variable that is read below them; a value given in between ends that."""
    for scope in _scopes(tree):
        nodes = list(_own(scope))
        for loop in _loops(scope):
            end = loop.end_lineno or loop.lineno
            names = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
            below = sorted(
                (node.lineno, isinstance(node.ctx, ast.Load), node.id)
                for node in nodes
                if isinstance(node, ast.Name) and node.id in names and node.lineno > end
            )
            first = {name: loaded for _, loaded, name in reversed(below)}
            if any(first.values()):
                yield loop.lineno


def _after_loop(tree: ast.Module) -> Iterator[Finding]:
    for line in _used_after_their_loop(tree):
        yield found("LF208", line)


def _indexes(tree: ast.Module) -> Iterator[Finding]:
    """Find `for i in range(len(x))` where `i` only takes items out of `x`."""
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
        listed = _measured(loop.iter)
        if listed is None or not isinstance(loop.target, ast.Name):
            continue
        name = loop.target.id
        uses = [node for part in loop.body for node in ast.walk(part)]
        items = [node for node in uses if isinstance(node, ast.Subscript) and _is_item(node, listed, name)]
        counted = sum(isinstance(node, ast.Name) and node.id == name for node in uses)
        if items and all(isinstance(node.ctx, ast.Load) for node in items):
            yield found("LF206" if counted == len(items) else "LF209", loop.lineno, name=listed)


def _measured(items: ast.expr) -> str | None:
    """Give what is measured in `range(len(...))`."""
    match items:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[measured])]):
            return ast.unparse(measured)
    return None


def _is_item(node: ast.Subscript, listed: str, name: str) -> bool:
    return ast.unparse(node.value) == listed and isinstance(node.slice, ast.Name) and node.slice.id == name


def _needless_else(tree: ast.Module) -> Iterator[Finding]:
    """Find an `else` that only says to go on, which happens anyway."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.While) and node.body:
            last = node.body[-1]
            while isinstance(last, ast.If) and len(last.orelse) == 1 and isinstance(last.orelse[0], ast.If):
                last = last.orelse[0]
            otherwise = last.orelse if isinstance(last, ast.If) else []
            if len(otherwise) == 1 and isinstance(otherwise[0], ast.Continue | ast.Pass):
                yield found("LF204", otherwise[0].lineno)


def _unused(tree: ast.Module) -> Iterator[Finding]:
    """Find parameters of functions that do something and never use them; methods may have to take them."""
    inside = {id(one) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, Function) or id(node) in inside or not _does_something(node):
            continue
        used = {one.id for part in node.body for one in ast.walk(part) if isinstance(one, ast.Name)}
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            if argument.arg not in used and not argument.arg.startswith("_"):
                yield found("LF207", argument.lineno, name=argument.arg)


def _does_something(node: Function) -> bool:
    return not all(
        isinstance(part, ast.Pass | ast.Raise)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )


def _short_names(tree: ast.Module) -> Iterator[Finding]:
    seen = set[str]()
    for name, line in [*_holders(tree), *_numbered(tree)]:
        if name not in seen:
            seen.add(name)
            yield found("LF103", line, name=name)


def _holders(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, HOLDERS):
            for target in node.targets:
                if isinstance(target, ast.Name) and len(target.id) == 1 and target.id not in USUAL:
                    yield target.id, node.lineno


def _numbered(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and NUMBERED.match(node.id):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg) and NUMBERED.match(node.arg):
            yield node.arg, node.lineno
