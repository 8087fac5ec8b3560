"""What a run shows beyond its error: the values at the line that failed, and what other input does."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace

from events.models import ParsedError
from functions.analysis import source
from functions.analysis.observation import Failure
from functions.diagnosis.causes import Diagnosis, of_error
from functions.diagnosis.rules.tree import called_name, nodes
from functions.diagnosis.runner import Run, Runner

# Typed in where a program asks and nobody answers: numbers first, since most first programs want them.
TYPED = ("3", "Ada")
MAX_TYPED = 12
# What may come of the values that were made up, and says nothing of the program.
OF_VALUES = frozenset(
    {"EOFError", "TimeLimit", "ValueError", "IndexError", "KeyError", "ZeroDivisionError", "AssertionError"}
)
MAX_SHOWN = 6
MAX_VALUE = 60


async def with_values(diagnosis: Diagnosis, given: str, runner: Runner, within_s: float) -> Diagnosis:
    """Add the values that the names of the failing line had."""
    if (
        diagnosis.error is None
        or diagnosis.code is None
        or diagnosis.error.type in ("TimeLimit", "MemoryLimit")
    ):
        return diagnosis
    seen = await runner.observe(diagnosis.code, within_s, given)
    failure = seen.failure if seen is not None else None
    if failure is None or failure.type != diagnosis.error.type:
        return diagnosis
    return replace(diagnosis, trail=_values(failure, diagnosis.code))


def _values(failure: Failure, code: str) -> str | None:
    used = {node.id for node in nodes(source.parse(code), ast.Name) if node.lineno == failure.line}
    lines = [f"# {name} = {_short(value)}" for name, value in failure.names.items() if name in used]
    return "\n".join([f"# in line {failure.line}:", *lines[:MAX_SHOWN]]) if lines else None


def _short(value: str) -> str:
    return value if len(value) <= MAX_VALUE else f"{value[:MAX_VALUE]}..."


async def typed_in(code: str, runner: Runner, within_s: float) -> tuple[Run, str] | None:
    """Run a program that asks for input once more with made-up input; the first that ends in an error."""
    for word in TYPED:
        given = made_up(code, word)
        run = await runner.run(code, within_s, given)
        if run is not None and run.error is not None and run.error.type not in OF_VALUES:
            return run, given
    return None


def made_up(code: str, word: str) -> str:
    """Make input of one word, as often in a line as the program splits it into; the last line repeats."""
    tree = source.parse(code)
    several = {id(_before_dot(split)): 3 for split in nodes(tree, ast.Call) if _splits(split)}
    for node in nodes(tree, ast.Assign):
        if isinstance(node.targets[0], ast.Tuple | ast.List):
            for split in nodes(node.value, ast.Call):
                if _splits(split):
                    several[id(_before_dot(split))] = len(node.targets[0].elts)
    asks = [call for call in nodes(tree, ast.Call) if called_name(call) == "input"]
    asks.sort(key=lambda call: (call.lineno, call.col_offset))
    lines = [" ".join([word] * several.get(id(call), 1)) for call in asks] or [word]
    return "\n".join([*lines, *lines[-1:] * MAX_TYPED][: max(MAX_TYPED, len(lines))]) + "\n"


def _before_dot(call: ast.Call) -> ast.expr:
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def _splits(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "split"


def undefined(code: str) -> Diagnosis | None:
    """Diagnose a name that nothing in a program defines; it fails as soon as its line runs."""
    tree = source.parse(code)
    if any(alias.name == "*" for node in nodes(tree, ast.ImportFrom) for alias in node.names):
        return None
    known = set(dir(builtins)) | {"__name__", "__file__", "__doc__"} | _defined(tree)
    lone = [node for node in nodes(tree, ast.Name) if node.id not in known]
    if not lone:
        return None
    first = min(lone, key=lambda node: (node.lineno, node.col_offset))
    error = ParsedError(type="NameError", message=f"name '{first.id}' is not defined", line=first.lineno)
    return of_error(error, code)


def _defined(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                found.add(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.arg():
                found.add(node.arg)
            case ast.alias():
                found.add((node.asname or node.name).split(".")[0])
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                found.add(name)
            case ast.MatchMapping(rest=str(name)):
                found.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
    return found
