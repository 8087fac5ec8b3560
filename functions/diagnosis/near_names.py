"""What an unknown word was probably meant to be: a name of the program, or of Python."""

from __future__ import annotations

import builtins
import difflib
import keyword
import re

from events.models import ParsedError

UNKNOWN = re.compile(r"name '(\w+)' is not defined")
FIRST_WORD = re.compile(r"^\s*([A-Za-z]+)\b(?!\s*[=(\[.,])")
BUILTINS = frozenset(name for name in dir(builtins) if name[0].islower()) | {"True", "False", "None"}
# Words that begin a line.
LEADING = tuple(
    word for word in keyword.kwlist if word not in ("True", "False", "None", "and", "or", "in", "is", "as")
)
# The same thing in other languages, and in Python 2.
ELSEWHERE = {
    "true": "True",
    "TRUE": "True",
    "false": "False",
    "FALSE": "False",
    "null": "None",
    "NULL": "None",
    "nil": "None",
    "undefined": "None",
    "raw_input": "input",
    "readline": "input",
    "scanf": "input",
    "xrange": "range",
    "unicode": "str",
    "string": "str",
    "String": "str",
    "toString": "str",
    "integer": "int",
    "Integer": "int",
    "parseInt": "int",
    "long": "int",
    "double": "float",
    "Float": "float",
    "parseFloat": "float",
    "unichr": "chr",
    "length": "len",
    "lenght": "len",
    "strlen": "len",
    "sizeof": "len",
    "println": "print",
    "printf": "print",
    "echo": "print",
    "puts": "print",
    "console": "print",
    "System": "print",
    "cout": "print",
    "array": "list",
    "Array": "list",
    "boolean": "bool",
    "this": "self",
}


def with_suggestion(error: ParsedError, code: str | None, line: str) -> str:
    """Add the name that was probably meant, which Python tells only in some of the ways it reports errors."""
    if error.type == "SyntaxError" and "invalid syntax" in error.message:
        return _of_keyword(error.message, line)
    unknown = UNKNOWN.match(error.message)
    if error.type != "NameError" or unknown is None:
        return error.message
    name, said = unknown.group(1), unknown.group()
    own = _defined(code or "") - {name}
    meant = ELSEWHERE.get(name)
    if meant is not None and name not in own:
        return f"{said}. Elsewhere: '{meant}'"
    if line.strip() == name and (near := _near(name, LEADING)):
        return f"{said}. Did you mean '{near}'?"
    told = re.search(r"Did you mean: '(\w+)'", error.message)
    close = told.group(1) if told else _near(name, (*own, *BUILTINS))
    if close is None:
        return said
    return f"{said}. Python's own: '{close}'" if close in BUILTINS else f"{said}. Did you mean: '{close}'?"


def _of_keyword(message: str, line: str) -> str:
    first = FIRST_WORD.match(line)
    if "Did you mean" in message or first is None or keyword.iskeyword(first.group(1)):
        return message
    near = _near(first.group(1), LEADING)
    return f"{message}. Did you mean '{near}'?" if near and len(first.group(1)) > 1 else message


def _near(name: str, known: tuple[str, ...]) -> str | None:
    folded = [one for one in known if one.lower() == name.lower() and one != name]
    close = folded or difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    letters = [one for one in known if sorted(one) == sorted(name) and len(name) > 2]
    return next(iter((*close, *letters)), None)


def _defined(code: str) -> set[str]:
    found = set(re.findall(r"\b([A-Za-z_]\w*)\s*(?:[-+*/%]?=(?!=)|\(|\bin\b)", code))
    return found | set(re.findall(r"\b(?:def|class|as|for|import)\s+([A-Za-z_]\w*)", code))
