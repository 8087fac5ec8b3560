"""What a test calls and what the program has: missing names, near names, and calls that do not fit.

All of it is read from the trees of the two and from an error's own words; a program can put any words there,
so they are used for visible tests alone.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import itertools
import re
from collections.abc import Iterator

from functions.analysis import source
from functions.grading.checks import Test
from functions.runtime.sandbox import ProgramError

UNDEFINED = re.compile(r"name '(\w+)' is not defined")
NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
WRONG_CALL = re.compile(
    r"(?:\b(\w++)\.)?\b(\w++)\(\) (?:missing \d|takes |got an unexpected keyword|got multiple values)"
)
NOT_MADE = re.compile(r"\b(\w++)\(\) takes no arguments")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def missing_name(error: ProgramError, test: Test, code: str) -> str | None:
    """Name what a test uses and the program does not have: the error is then the test's."""
    found = UNDEFINED.search(error.message) if error.type == "NameError" else None
    if found is None or test.kind == "stdin" or found[1] in _defined(code):
        return None
    # An error in a line of the learner's own is theirs, whatever name it is about.
    inside = error.line is not None and error.line <= len(code.splitlines())
    return found[1] if found[1] in _used(test.source) and not inside else None


def missing_text(name: str, test: Test, code: str) -> str:
    """Say that a function or class is missing, and which one is perhaps meant."""
    kind = "class" if name[:1].isupper() else "function" if f"{name}(" in test.source else "name"
    said = f"There is no {kind} `{name}` in your program yet."
    outer = _holder(name, code)
    if outer is not None:
        inside = "class" if isinstance(outer, ast.ClassDef) else "function"
        return f"{said} It is inside the {inside} `{outer.name}`: move it to the left edge, outside of it."
    near = near_name(name, _defined(code))
    return f"{said} There is `{near}`: is one of the two misspelt?" if near else said


def near_name(name: str, known: set[str]) -> str | None:
    """Find the name that is most like another."""
    # `readLines` for `read_lines`: the same name, written by another habit.
    folded = {one.replace("_", "").lower(): one for one in sorted(known)}
    same = folded.get(name.replace("_", "").lower())
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return same or (close[0] if close else None)


def misfit(error: ProgramError, test: Test, code: str) -> str:
    """Explain an error that the call of a test met before any line of the program; else give nothing."""
    call = flat(test.source)
    if error.type == "AttributeError" and (found := NO_ATTRIBUTE.search(error.message)):
        return _no_attribute(found[1], found[2], code)
    if error.type != "TypeError":
        return ""
    if made := NOT_MADE.search(error.message):
        return f"`{call}` hands values in, but the class `{made[1]}` has no `__init__` that takes them."
    found = WRONG_CALL.search(error.message)
    if found is None:
        return ""
    # The message says `Account.__init__()`; the learner wrote `Account(...)`.
    name = found[1] if found[2] == "__init__" and found[1] else found[2]
    takes = parameters(name, code)
    if takes is None:
        return ""
    listed = ", ".join(f"`{one}`" for one in takes)
    has = f"its parameters are {listed}" if len(takes) > 1 else f"its only parameter is {listed}"
    return f"`{call}` does not fit your `{name}`: {has if takes else 'it has no parameters'}."


def _no_attribute(kind: str, name: str, code: str) -> str:
    for node in _definitions(code):
        if isinstance(node, ast.ClassDef) and node.name == kind:
            near = near_name(name, _members(node))
            said = f"An object of your class `{kind}` has no `{name}` yet."
            return f"{said} There is `{near}`: is one of the two misspelt?" if near else said
    return ""


def _members(node: ast.ClassDef) -> set[str]:
    made = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    return made | {one.name for one in node.body if isinstance(one, ast.FunctionDef)}


def parameters(name: str, code: str) -> list[str] | None:
    """List the parameters of a function, or of a class when it is made; None when there is no such thing."""
    for node in _definitions(code):
        if node.name != name:
            continue
        if isinstance(node, ast.ClassDef):
            made = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
            # Without self, which the caller does not hand in.
            return _named(made[0].args)[1:] if made else []
        return _named(node.args)
    return None


def _named(arguments: ast.arguments) -> list[str]:
    plain = [one.arg for one in [*arguments.posonlyargs, *arguments.args]]
    starred = [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    named = [one.arg for one in arguments.kwonlyargs]
    return [*plain, *starred, *named, *([f"**{arguments.kwarg.arg}"] if arguments.kwarg else [])]


def called(test: Test, code: str) -> str | None:
    """Name the function of the program that a test calls."""
    used = _used(test.source)
    return next((node.name for node in _definitions(code) if node.name in used), None)


def ending(code: str) -> tuple[int, str] | None:
    """Find the first line that ends the whole program by itself."""
    for node in sorted(_walk(code), key=lambda one: getattr(one, "lineno", 0)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"sys.exit", "exit", "quit", "os._exit"}:
            return node.lineno, f"{ast.unparse(node.func)}()"
        if isinstance(node, ast.Raise) and node.exc and ast.unparse(node.exc).startswith("SystemExit"):
            return node.lineno, "raise SystemExit"
    return None


def flat(lines: str) -> str:
    """Put code on one line."""
    return "; ".join(line.strip() for line in lines.strip().splitlines())


def _walk(code: str) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(source.parse(code))
    except SyntaxError:
        return


def _definitions(code: str) -> Iterator[Definition]:
    """Give the definitions at the left edge, those inside of if and try as well."""
    waiting: list[ast.AST] = list(itertools.islice(_walk(code), 1))
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Definition):
            yield node
        else:
            # Not into definitions: what is inside of a function can't be called from outside.
            waiting.extend(ast.iter_child_nodes(node))


def _holder(name: str, code: str) -> Definition | None:
    for node in _walk(code):
        if isinstance(node, Definition) and any(
            isinstance(one, Definition) and one.name == name for one in ast.iter_child_nodes(node)
        ):
            return node
    return None


def _defined(code: str) -> set[str]:
    """Name what is defined at the left edge, variables too."""
    found = {node.name for node in _definitions(code)}
    try:
        top = source.parse(code).body
    except SyntaxError:
        return found
    for node in top:
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return found


def _used(lines: str) -> set[str]:
    names = {
        node.id for node in _walk(lines) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return names - set(dir(builtins))
