"""Where an error begins, which is often not the line that Python stopped in.

It takes the error, the parsed program and the line that Python stopped in, and gives the line where the
trouble began: the assignment that stored None, the built-in name that was given away, the text that was
never converted. Each look follows names backwards by their assignments in the tree; there is no data flow,
so values that go through calls, containers or branches are not followed. Cost: a few walks of the tree. It
gives None when the line of the error is where it began, and that is also what it says when it cannot tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from events.models import ParsedError
from functions.analysis import source
from functions.diagnosis.findings import faults_in
from functions.diagnosis.rules.tree import called_name, method, nodes, targets
from functions.diagnosis.rules.values import IN_PLACE

NOT_CALLABLE = re.compile(r"'\w+' object is not callable")
UNKNOWN = re.compile(r"name '(\w+)' is not defined")
OF_FUNCTION = re.compile(r"^(?:\w+\.)*(\w+)\(\) (?:missing|takes|got an unexpected)")
NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'|\b(\w++)\(\) takes no arguments")
MIXED = re.compile(r"can only concatenate str|unsupported operand|not supported between")
# What students write for `__init__`.
LIKE_INIT = re.compile(r"_*(?:init|int|inti|intit)_*")


@dataclass(frozen=True, slots=True)
class RootCause:
    """A line where an error begins, and what is said of it; perhaps another fault than the error shows."""

    line: int
    said: str
    fault: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def root_of(error: ParsedError, code: str | None, line: int | None) -> RootCause | None:
    """Find where an error begins; None when that is the line it was raised in, or can't be told."""
    if not code or (line is None and error.type != "TimeLimit"):
        return None
    try:
        tree = source.parse(code)
    except SyntaxError:
        return None
    found = (root for look in LOOKS for root in look(error, tree, line or 0))
    return next((root for root in found if root.fault is not None or root.line != line), None)


def _nothing(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A None that came from a method that changes in place, or from a function without return."""
    if "NoneType" not in error.message:
        return
    used = _names_in(tree, line)
    # Two origins: a variable that holds what an in-place method gave, and a call that gives nothing.
    calls = [call for call in nodes(tree, ast.Call) if call.lineno == line]
    for node in _assignments(tree, used):
        if isinstance(node.value, ast.Call):
            if method(node.value) in IN_PLACE:
                yield RootCause(node.lineno, "", "stored-in-place", {"name": method(node.value)})
            calls.append(node.value)
    called = {called_name(call) for call in calls}
    for finding in faults_in(tree):
        if finding.fault in ("missing-return", "print-not-return") and finding.names["name"] in called:
            yield RootCause(finding.line, "", finding.fault, finding.names)


def _endless(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A loop whose condition nothing changes."""
    if error.type == "TimeLimit":
        for finding in faults_in(tree):
            if finding.fault == "endless-while":
                yield RootCause(finding.line, "", finding.fault)


def _hidden_name(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """One of Python's own names that was given to a value."""
    if NOT_CALLABLE.search(error.message):
        called = {called_name(call) for call in nodes(tree, ast.Call) if call.lineno == line}
        for finding in faults_in(tree):
            if finding.fault == "shadowed-builtin" and finding.names["name"] in called:
                yield RootCause(finding.line, "", finding.fault, finding.names)


def _long_range(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A range that goes one too far."""
    if error.type == "IndexError":
        for loop in nodes(tree, ast.For):
            inside = loop.lineno <= line <= (loop.end_lineno or line)
            # The loop by itself: the fault must be this loop's, not another's above it.
            found = [one for one in faults_in(ast.Module([loop], [])) if one.fault == "index-past-end"]
            if inside and found:
                yield RootCause(found[0].line, "", "index-past-end")


def _typed(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A text that was typed, and never made a number."""
    if MIXED.search(error.message):
        for node in _assignments(tree, _names_in(tree, line)):
            if isinstance(node.value, ast.Call) and called_name(node.value) == "input":
                yield RootCause(node.lineno, "One of its values comes from")


def _scope(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A name that has a value only inside of a function, or only later."""
    unknown = UNKNOWN.match(error.message)
    for node in _assignments(tree, {unknown.group(1)}) if unknown else ():
        # A name that is set inside another function is out of reach; set further down, it is only late.
        inside = next((f for f in nodes(tree, ast.FunctionDef) if node in ast.walk(f)), None)
        if inside is not None and not inside.lineno <= line <= (inside.end_lineno or line):
            yield RootCause(node.lineno, f"The name gets a value inside of the function `{inside.name}`, in")
        elif node.lineno > line:
            yield RootCause(node.lineno, "The name gets its value only further down, in")


def _zero(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A variable that is zero since it was made."""
    if error.type == "ZeroDivisionError":
        divisors = {
            node.right.id
            for node in nodes(tree, ast.BinOp)
            if node.lineno == line and isinstance(node.right, ast.Name)
        }
        for node in _assignments(tree, divisors):
            if isinstance(node.value, ast.Constant) and node.value.value == 0:
                yield RootCause(node.lineno, "The value that you divide by comes from")


def _definitions(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """The function that a call does not fit."""
    called = OF_FUNCTION.match(error.message)
    if called and called.group(1) != "__init__" and (defined := _definition(tree, called.group(1))):
        yield RootCause(defined, "It is defined in")


def _init(error: ParsedError, tree: ast.Module, line: int) -> Iterator[RootCause]:
    """A method that was meant to be `__init__`, or an attribute that is stored without self."""
    found = NO_ATTRIBUTE.search(error.message)
    for kind in nodes(tree, ast.ClassDef) if found else ():
        if found is None or kind.name not in (found.group(1), found.group(3)):
            continue
        for function in nodes(kind, ast.FunctionDef):
            if function.name != "__init__" and LIKE_INIT.fullmatch(function.name):
                yield RootCause(function.lineno, "Look closely at the name of the method in")
            for node in _assignments(function, {found.group(2) or ""}):
                yield RootCause(node.lineno, "The object should get it in")


# The first answer counts: looks that name another fault than the error does come before those that add a
# line.
LOOKS: tuple[Callable[[ParsedError, ast.Module, int], Iterator[RootCause]], ...] = (
    _nothing,
    _endless,
    _hidden_name,
    _long_range,
    _typed,
    _scope,
    _zero,
    _definitions,
    _init,
)


def _names_in(tree: ast.Module, line: int) -> set[str]:
    return {node.id for node in nodes(tree, ast.Name) if node.lineno == line}


def _assignments(tree: ast.AST, names: set[str]) -> Iterator[ast.Assign]:
    return (node for node in nodes(tree, ast.Assign) if targets(node) & names)


def _definition(tree: ast.Module, name: str) -> int | None:
    return next((f.lineno for f in nodes(tree, ast.FunctionDef) if f.name == name), None)
