"""Repairs that a machine can make: hints must not show them, the last step of the ladder does.

Each repair is a rewriting of one line (or of the whole program) by a regular expression, in one or several
guesses; the first that Python can read is taken. Nothing is run: a repair that reads may still be wrong, so
it is shown as an example and never said to be the solution. Cost: one compile for each guess. It fails
(None) for faults that have no repair in the tables, and for lines that the expressions don't fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Names = Mapping[str, str]
Repair = Callable[[str, Names], Iterator[str]]
# An `input(...)` that is not converted yet; one level of brackets inside, for prompts such as str(n).
INPUT_CALL = re.compile(r"(?<!int\()(?<!float\()\binput\(((?:[^()]|\([^()]*\))*)\)")


def repaired(fault: str, code: str, line: int | None, names: Names) -> str | None:
    """Repair one fault of a program; None without a repair that Python can read."""
    repair = LINE_REPAIRS.get(fault)
    lines = code.splitlines()
    if fault in PROGRAM_REPAIRS:
        # Some faults are mended elsewhere than in the line that fails: an import, a conversion.
        candidates = PROGRAM_REPAIRS[fault](code, names)
    elif repair is not None and line is not None and 1 <= line <= len(lines):
        before, after = lines[: line - 1], lines[line:]
        candidates = ("\n".join([*before, fixed, *after]) for fixed in repair(lines[line - 1], names))
    else:
        return None
    return next((fixed for fixed in candidates if fixed != code and _reads(fixed)), None)


def _reads(code: str) -> bool:
    try:
        compile(code, "main.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _add_colon(line: str, _: Names) -> Iterator[str]:
    text, mark, comment = line.partition("#")
    yield f"{text.rstrip()}:{'  ' + mark + comment if mark else ''}"


def _join_else_if(line: str, _: Names) -> Iterator[str]:
    joined = re.sub(r"\belse\s+if\b", "elif", line).rstrip()
    yield joined
    yield f"{joined}:"


def _compare(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"(?<![=!<>:])=(?!=)", "==", line, count=1)


def _close(line: str, names: Names) -> Iterator[str]:
    closing = {"(": ")", "[": "]", "{": "}"}[names.get("bracket", "(")]
    stripped = line.rstrip()
    yield stripped + closing
    # Before the colon when the bracket belongs to a condition, and twice for nested calls.
    if stripped.endswith(":"):
        yield f"{stripped[:-1]}{closing}:"
    yield stripped + closing * 2


def _end_text(line: str, _: Names) -> Iterator[str]:
    # Begun with one kind of quote and ended with the other.
    yield re.sub(r"""(["'])([^"']*)["'](\s*[),:\]]*)$""", r"\1\2\1\3", line.rstrip())
    for quote in "\"'":
        if quote in line:
            yield line.rstrip() + quote
            # print("hi) wants its quote before the brackets, not behind them.
            yield re.sub(r"(\)+)$", rf"{quote}\1", line.rstrip())


def _bracket_print(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"\bprint\s+(.+?)\s*$", r"print(\1)", line)


def _increment(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"([\w.\[\]]+)\+\+", r"\1 += 1", line)
    yield re.sub(r"([\w.\[\]]+)--", r"\1 -= 1", line)


def _rename(line: str, names: Names) -> Iterator[str]:
    if {"name", "meant"} <= set(names):
        yield re.sub(rf"\b{re.escape(names['name'])}\b", names["meant"], line)


def _quote(line: str, names: Names) -> Iterator[str]:
    name = re.escape(names.get("name", ""))
    # Quotes make sense where a text does: printed, compared with `==`, or stored as it is.
    text = rf"\bprint\(\s*{name}\s*[,)]|[!=]=\s*{name}\b(?!\s*[.(\[])|^\s*\w+\s*=\s*{name}\s*$"
    if name and re.search(text, line):
        yield re.sub(rf"\b{re.escape(names['name'])}\b", f'"{names["name"]}"', line)


def _to_text(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"(['\"])\s*\+\s*(\w+)", r"\1 + str(\2)", line)


def _zeros(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"\b0+(\d)", r"\1", line)


def _stand_alone(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"^(\s*)\w+\s*=\s*", r"\1", line)


def _store(line: str, _: Names) -> Iterator[str]:
    found = re.match(r"^(\s*)(\w+)\.", line)
    if found:
        yield f"{found.group(1)}{found.group(2)} = {line.strip()}"


def _assign(line: str, _: Names) -> Iterator[str]:
    yield line.replace("==", "=", 1)


def _give_back(line: str, _: Names) -> Iterator[str]:
    indent = line[: len(line) - len(line.lstrip())]
    yield f"{indent}return {line.strip()}"


def _plain_end(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"(len\([^()]*\))\s*\+\s*1", r"\1", line)


def _equal(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"\bis\s+not\b", "!=", line) if " is not " in line else re.sub(r"\bis\b", "==", line)


def _put_f(line: str, names: Names) -> Iterator[str]:
    name = re.escape(names.get("name", ""))
    yield re.sub(rf"""(["'])([^"']*\{{{name}\b)""", r"f\1\2", line, count=1)


def _keep_rest(line: str, _: Names) -> Iterator[str]:
    yield line.replace("//", "/", 1)


def _leave_rest(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"(?<!/)/(?!/)", "//", line, count=1)


def _plus_first(line: str, _: Names) -> Iterator[str]:
    yield re.sub(r"=\s*\+", "+=", line, count=1)


def _call(line: str, _: Names) -> Iterator[str]:
    yield f"{line.rstrip()}()"


def _copy(line: str, _: Names) -> Iterator[str]:
    yield f"{line.rstrip()}.copy()"


def _add_import(code: str, names: Names) -> Iterator[str]:
    name = names.get("name", "")
    short = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "sns": "seaborn", "tk": "tkinter"}
    if name in short:
        yield f"import {short[name]} as {name}\n{code}"
        return
    homes = {"sqrt": "math", "randint": "random", "Path": "pathlib", "Counter": "collections"}
    home = homes.get(name, "collections" if name == "defaultdict" else None)
    yield f"from {home} import {name}\n{code}" if home else f"import {name}\n{code}"


def _convert_input(code: str, _: Names) -> Iterator[str]:
    yield INPUT_CALL.sub(r"int(input(\1))", code)


LINE_REPAIRS: dict[str, Repair] = {
    "missing-colon": _add_colon,
    "else-if": _join_else_if,
    "assign-in-condition": _compare,
    "never-closed": _close,
    "unterminated-string": _end_text,
    "print-without-brackets": _bracket_print,
    "increment-operator": _increment,
    "name-typo": _rename,
    "unquoted-or-undefined": _quote,
    "str-plus-int": _to_text,
    "leading-zeros": _zeros,
    "stored-in-place": _stand_alone,
    "discarded-string-method": _store,
    "comparison-statement": _assign,
    "compared-not-stored": _assign,
    "missing-return": _give_back,
    "index-past-end": _plain_end,
    "is-literal": _equal,
    "missing-call": _call,
    "plus-after-equals": _plus_first,
    "lost-rest": _keep_rest,
    "missing-f": _put_f,
    "gained-point": _leave_rest,
    "two-names-one-list": _copy,
}
PROGRAM_REPAIRS: dict[str, Repair] = {
    "no-import": _add_import,
    "compare-str-int": _convert_input,
    "int-plus-str": _convert_input,
    "text-compared-with-number": _convert_input,
}
