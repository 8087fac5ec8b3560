"""Programs changed for a trial: without a line, with another value, with a call, with something typed in.

Everything here is text and trees; the trial itself runs in a cell. None or nothing where a trial can not be
built. Cost: one parse each.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from functions.analysis import source
from functions.analysis.line_words import lines
from functions.analysis.observation import Call

WISHED_EMPTY = re.compile(
    r"\b(?:empty|nothing|no (?:items|elements|words|numbers|letters|names|values|text|input)|vac[ií]\w*"
    r"|leer\w*|vide|vuot\w*|пуст\w*)\b|空",
    re.IGNORECASE,
)
WISHED_NEGATIVE = re.compile(
    r"\b(?:negative\w*|below (?:zero|0)|less than (?:zero|0)|minus)\b", re.IGNORECASE
)
WISHED_ZERO = re.compile(r"\b(?:zero|0)\b", re.IGNORECASE)
WISHED_ONE = re.compile(
    r"\b(?:only one|one|single|just one) (?:item|element|word|number|letter|entry|thing)\b", re.IGNORECASE
)
WISHED_BIG = re.compile(r"\b(?:big|bigger|huge|large|larger|long|longer)\b", re.IGNORECASE)
WISHED_SAME = re.compile(r"\b(?:the same|equal|ties?|tied|duplicates?|twice)\b", re.IGNORECASE)
LITERAL = re.compile(r"\[[^\]]*\]|\{[^}]*\}|\"[^\"]*\"|'[^']*'|-?\d+(?:\.\d+)?|\bNone\b|\bTrue\b|\bFalse\b")
OWN_CALL = re.compile(r"\b([A-Za-z_]\w*)\(([^()\n]{0,80})\)")


def without(code: str, line: int) -> str | None:
    """Take the statement out that begins at a line, with its block; the other lines keep their numbers."""
    try:
        found = next((one for one in lines(source.parse(code)) if one.first == line), None)
    except SyntaxError:
        return None
    if found is None or isinstance(found.node, ast.excepthandler):
        return None
    rows = code.splitlines()
    first, last = found.first - 1, (found.node.end_lineno or found.first) - 1
    indent = rows[first][: len(rows[first]) - len(rows[first].lstrip())]
    # `pass` and blank lines, so that what remains keeps its line numbers, and a block that would be empty
    # still parses.
    rows[first : last + 1] = [f"{indent}pass", *[""] * (last - first)]
    return "\n".join(rows) + "\n"


def moved_in(code: str, line: int) -> str | None:
    """Indent a line one level deeper, into the block before it; None where Python can't read that."""
    rows = code.splitlines()
    if not 0 < line <= len(rows):
        return None
    rows[line - 1] = "    " + rows[line - 1]
    changed = "\n".join(rows) + "\n"
    try:
        source.parse(changed)
    except SyntaxError:
        return None
    return changed


def with_value(code: str, name: str, value: str) -> str | None:
    """Give a variable another first value, where a line of its own outside functions sets it."""
    try:
        body = source.parse(code).body
    except SyntaxError:
        return None
    rows = code.splitlines()
    for node in body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == name
        ):
            first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
            rows[first : last + 1] = [f"{name} = {value}", *[""] * (last - first)]
            return "\n".join(rows) + "\n"
    return None


def wished_value(text: str, like: str) -> str | None:
    """Read the value that a "what if" speaks of, for a place where `like` (a literal) stands now."""
    kind = like[:1]
    is_text, is_box = kind in "\"'", kind in "[({"
    if WISHED_EMPTY.search(text):
        return (
            {"[": "[]", "(": "()", "{": "{}"}.get(kind, '""' if is_text else None)
            if is_text or is_box
            else None
        )
    if WISHED_NEGATIVE.search(text):
        return _negated(like)
    if WISHED_ONE.search(text) and is_box:
        return _first_only(like)
    if WISHED_SAME.search(text) and is_box:
        return _all_the_same(like)
    found: list[str] = [piece for piece in LITERAL.findall(text) if _fits(piece, like)]
    if found:
        return found[0]
    if WISHED_ZERO.search(text) and not is_text and not is_box:
        return "0"
    return "1000" if WISHED_BIG.search(text) and not is_text and not is_box else None


def call_for(text: str, calls: tuple[Call, ...], functions: Mapping[str, ast.FunctionDef]) -> str | None:
    """Build the call that a "what if" speaks of, from a call that the program makes itself."""
    for name, args in OWN_CALL.findall(text):
        if name in functions and _reads(f"{name}({args})"):
            return f"{name}({args})"
    words = set(re.findall(r"\w+", text))
    # A call that the program makes itself has arguments that fit; one thought out by us may fail for reasons
    # of its own. Calls of the function named in the question come first.
    for call in sorted(calls, key=lambda one: one.function not in words):
        # Values that were cut short or are no literals can't be written into a call again.
        if call.function not in functions or any(
            "..." in given or given.startswith("<") for given in call.given.values()
        ):
            continue
        order = sorted(call.given, key=lambda name: name not in words)
        for name in order:
            if (value := wished_value(text, call.given[name])) is not None:
                given = {**call.given, name: value}
                return f"{call.function}({', '.join(given.values())})"
    return None


def another_call(calls: tuple[Call, ...], functions: Mapping[str, ast.FunctionDef]) -> str | None:
    """Build a call of a function of the program with other values than it uses itself."""
    for call in calls:
        if call.function in functions and call.given and all(map(_reads, call.given.values())):
            changed = {name: _other(value) for name, value in call.given.items()}
            if changed != call.given:
                return f"{call.function}({', '.join(changed.values())})"
    return None


def functions_of(code: str) -> dict[str, ast.FunctionDef]:
    """Give the functions of a program that can be called by their name alone."""
    try:
        body = source.parse(code).body
    except SyntaxError:
        return {}
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def _reads(text: str) -> bool:
    try:
        source.parse_expression(text)
    except SyntaxError:
        return False
    return True


def _fits(piece: str, like: str) -> bool:
    """Whether a literal can stand where the other stands."""
    one, other = piece[:1], like[:1]
    number = one.isdigit() or one == "-"
    return number == (other.isdigit() or other == "-") and (number or (one in "\"'") == (other in "\"'"))


def _value(text: str) -> object:
    try:
        found: object = source.literal(text)
    except SyntaxError:
        return None
    return found


def _negated(like: str) -> str | None:
    value = _value(like)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        # Of 0 the negative is 0, which is not what was asked for.
        return repr(-abs(value) or -1)
    if isinstance(value, list) and all(isinstance(item, int | float) for item in value):
        return repr([-abs(item) or -1 for item in value])
    return None


def _first_only(like: str) -> str | None:
    value = _value(like)
    return repr(value[:1]) if isinstance(value, list | tuple) and value else None


def _all_the_same(like: str) -> str | None:
    value = _value(like)
    return repr([value[0]] * len(value)) if isinstance(value, list) and value else None


def _other(like: str) -> str:
    """Give another value of the same kind."""
    value = _value(like)
    if isinstance(value, bool) or value is None:
        return like
    if isinstance(value, int):
        return repr(value + 2)
    if isinstance(value, float):
        return repr(value + 1.5)
    if isinstance(value, str):
        # Reversed, so that the result differs visibly but has the same letters; a palindrome would show
        # nothing.
        return repr(value[::-1] if value != value[::-1] else value + "s")
    if isinstance(value, list):
        return repr([*value[::-1], value[0]] if value else value)
    return like
