"""The fingerprint of an error: its type and message without names and numbers, and where it was met.

Names and numbers are taken out of the message, so that the same mistake with another variable, or in another
line, is the same error; the words of Python stay, since they say what was wrong. Cost: linear in the message.
Two different faults with one message in one place have the same fingerprint.
"""

from __future__ import annotations

import re

from functions.diagnosis.tracebacks import BUILTIN_ERRORS

TYPES = frozenset(
    {"int", "str", "float", "bool", "list", "dict", "tuple", "set", "NoneType", "bytes", "range", "function"}
    | {"method", "builtin_function_or_method", "type", "module", "object", "generator", "complex"}
)
WORDS = frozenset({"return", "break", "continue", "for", "while", "if", "else", "def", "class", "print"})
# Newer versions of Python add suggestions: with and without one it is the same error.
SUGGESTION = re.compile(
    r"(?<!\s)\s*+\.?\s*+(?:Did you (?:mean|forget)|Perhaps you|Maybe you|Or did you)\b.*", re.DOTALL
)
QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
CALLED = re.compile(r"(?<![\w<])(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*\(\)")
NUMBER = re.compile(r"(?<![A-Za-z_])-?\d+(?:\.\d+)?")
LIST_OF_NAMES = re.compile(r"'N'(?:(?:, | and |, and )'N')+")
MAX_LENGTH = 400
# Errors that are about a name: with another name it is another slip.
NAMED = frozenset({"NameError", "AttributeError", "ImportError", "ModuleNotFoundError"})


def fingerprint(kind: str, message: str, place: str | None) -> str:
    """Make the key that tells the same error from another one; `place` is the exercise or topic."""
    template = masked(kind, message)
    # The place comes last and is kept whole: the message is what is cut.
    return f"{kind}: {template}"[: MAX_LENGTH - 80] + f" @ {(place or '-')[:76]}"


def trouble_of(kind: str, message: str) -> str:
    """Make the key under which a teacher hears of an error: another misspelt name is another error."""
    # Whatever was asked of None, the fault is that it is None.
    if kind in NAMED and not message.startswith("'NoneType'"):
        line = SUGGESTION.sub("", " ".join(message.split()))
        return f"{kind}: {line}"[:MAX_LENGTH]
    return f"{kind}: {masked(kind, message)}"[:MAX_LENGTH]


def masked(kind: str, message: str) -> str:
    """Reduce a message to its template: names become 'N', numbers #."""
    # Its message is the key alone, which may be anything.
    if kind == "KeyError":
        return "'N'"
    line = SUGGESTION.sub("", " ".join(message.split()))
    line = QUOTED.sub(_quoted, line)
    line = CALLED.sub(_called, line)
    line = NUMBER.sub("#", line)
    return LIST_OF_NAMES.sub("'N'", line)


def _quoted(found: re.Match[str]) -> str:
    value = found.group(1) if found.group(1) is not None else found.group(2)
    kept = value in TYPES or value in WORDS or not re.search(r"[\w\s]", value)
    return f"'{value}'" if kept and value else "'N'"


def _called(found: re.Match[str]) -> str:
    name = found.group()[:-2]
    if name in TYPES or name in {"len", "max", "min", "list.remove", "range"} or name in BUILTIN_ERRORS:
        return found.group()
    return "N.N()" if "." in name else "N()"
