"""What an unknown word was probably meant to be: a name of the program, or of Python.

By matching letters (difflib) among the names that the program defines, those of Python, and a table of what
other languages call the same. Cost: one comparison a name. It fails on words of the student's own that mean
something: a synonym is as far away as any other word.
"""

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
# Names that a beginner's program has from a module, or under which everybody imports one.
# fmt: off
MODULES = frozenset({
    "math", "random", "datetime", "json", "os", "sys", "time", "re", "csv", "statistics", "itertools",
    "collections", "pathlib", "string", "decimal", "fractions", "functools", "copy", "heapq", "bisect",
    "operator", "calendar", "shutil", "glob", "sqlite3", "turtle", "tkinter", "pygame", "numpy", "np",
    "pandas", "pd", "plt", "matplotlib", "requests", "Path", "Counter", "defaultdict", "namedtuple",
    "deque", "sqrt", "ceil", "floor", "pi", "randint", "randrange", "choice", "shuffle", "sleep",
    "Decimal", "Fraction", "reduce", "partial", "dataclass", "Enum", "ABC", "abstractmethod",
    "timedelta", "date", "sns", "tk",
})
# fmt: on
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
    if error.type == "UnboundLocalError":
        return _of_local(error.message, code or "")
    unknown = UNKNOWN.match(error.message)
    if error.type != "NameError" or unknown is None:
        return error.message
    told = re.search(r"Did you mean: '(\w+)'", error.message)
    return f"{unknown.group()}{_of_name(unknown.group(1), told and told.group(1), code or '', line)}"


def _of_name(name: str, told: str | None, code: str, line: str) -> str:
    """Say what an unknown name probably is: another's, misspelt, a module, or how it is used."""
    own = _defined(code) - {name}
    if name in ELSEWHERE and name not in own:
        return f". Elsewhere: '{ELSEWHERE[name]}'"
    if line.strip() == name and (near := _near(name, LEADING)):
        return f". Did you mean '{near}'?"
    if name in MODULES:
        return ""
    if re.match(rf"\s*{name}\s*==\s*[^=]", line):
        return ". It is only compared"
    close = _near(name, tuple(own)) or told or _near(name, tuple(BUILTINS))
    if close is not None and (close in own or close not in BUILTINS):
        return f". Did you mean: '{close}'?"
    return f". Python's own: '{close}'" if close else _use(name, line)


def _use(name: str, line: str) -> str:
    """Say what a line does with a name that is nobody's: a text in quotes would make no sense there."""
    if re.search(rf"(?<![.\w]){name}\s*\(", line):
        return ". It is called"
    used = rf"(?<![.\w]){name}\b"
    calculated = (
        rf"{used}\s*(?:[-*/%<>]|[+]=|\[|\.)|(?:[-*/%<>]=?|[+]=)\s*{used}|\b(?:range|in)\b\s*\(?{used}"
    )
    return ". It is calculated with" if re.search(calculated, line) else ""


def _of_local(message: str, code: str) -> str:
    found = re.search(r"local variable '(\w+)'", message)
    near = _near(found.group(1), tuple(_defined(code) - {found.group(1)})) if found else None
    return f"{message}. Did you mean: '{near}'?" if near else message


def _of_keyword(message: str, line: str) -> str:
    first = FIRST_WORD.match(line)
    if "Did you mean" in message or first is None or keyword.iskeyword(first.group(1)):
        return message
    near = _near(first.group(1), LEADING)
    return f"{message}. Did you mean '{near}'?" if near and len(first.group(1)) > 1 else message


def _near(name: str, known: tuple[str, ...]) -> str | None:
    """Give the known name that is nearest: but for its capitals the same, a letter off, or turned letters."""
    folded = {one.lower(): one for one in sorted(known) if one != name}
    letters = [one for low, one in folded.items() if sorted(low) == sorted(name.lower()) and len(name) > 2]
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.75)
    same = [folded[name.lower()]] if name.lower() in folded else []
    return next(iter((*same, *letters, *(folded[one] for one in close))), None)


def _defined(code: str) -> set[str]:
    found = set(re.findall(r"(?<![.\w])([A-Za-z_]\w*)\s*(?:[-+*/%]?=(?!=)|\bin\b)", code))
    several = re.findall(
        r"^\s*(?:for\s+)?([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\s*(?:=(?!=)|\bin\b)", code, re.M
    )
    found |= {name.strip() for names in several for name in names.split(",")}
    parameters = re.findall(r"\bdef\s+\w+\s*\(([^()]*)\)", code)
    found |= {name for said in parameters for name in re.findall(r"[A-Za-z_]\w*", said)}
    return found | set(re.findall(r"\b(?:def|class|as|for|import)\s+([A-Za-z_]\w*)", code))
