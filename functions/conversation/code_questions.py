"""What a question wants to know about a program: all of it, a line, why it is there, what it prints.

Told from the words and the program's own names and lines. None where the question is not about what a program
does: a call for help with a fault and a wish for a review go elsewhere. Cost: linear in the words and the
lines; the program is parsed within the bounds of analysis/source.py, and never run here. It fails on a
program with a syntax error (no line is known by what it is, only by number and words) and on lines that are
described ("where you add them up").
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from functions.analysis import source
from functions.analysis.line_words import Line, lines
from functions.conversation.follow_ups import plain

QuestionKind = Literal["whole", "line_by_line", "lines", "why", "prints", "what_if", "name", "count"]
FILE = Path(__file__).with_name("code_questions.toml")
MAX_READ = 600
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": -1,
    "next": 0,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
}
ORDINAL_LINE = re.compile(rf"\b({'|'.join(ORDINALS)}) line\b")
QUOTED = re.compile(r"`([^`\n]{1,120})`|\"\"|''|[\"“”']([^\"“”'\n]{2,120})[\"“”']")
WITHOUT = re.compile(r"\b(?:remove|delete|leave out|take out|drop|skip)\b")
NAMES_ONE = re.compile(r"\bwh?at(?:'s| is|s)?\b|\bvalue\b|\bhow\b")
NAME = re.compile(r"[A-Za-z_]\w*")
SET_TO = re.compile(
    r"\b([a-z_]\w*) (?:is |be |being |was |gets? )?(?:set|equal|initiali[sz]ed|assigned|starts?"
    r"|begins?)(?: to| at| with| as)? (\S+)"
)
NODES: tuple[tuple[re.Pattern[str], tuple[type[ast.AST], ...]], ...] = (
    (re.compile(r"\breturn\b"), (ast.Return,)),
    (re.compile(r"\bwhile\b"), (ast.While,)),
    (re.compile(r"\bfor[- ]loop\b|\bthe for\b"), (ast.For,)),
    (re.compile(r"\bloops?\b"), (ast.For, ast.While)),
    (
        re.compile(r"\bif\b(?= (?:statement|part|line|condition|block|check))|\bthe if\b|\bcondition\b"),
        (ast.If,),
    ),
    (re.compile(r"\bbreak\b"), (ast.Break,)),
    (re.compile(r"\bcontinue\b"), (ast.Continue,)),
    (re.compile(r"\bimport\b"), (ast.Import, ast.ImportFrom)),
    (re.compile(r"\btry\b"), (ast.Try,)),
)
# A program may have a variable called `list` or `max`; in a question these are meant as Python's, unless
# quoted.
# Parts of statements have no node of their own: they are found by what their line begins with.
HEADED = re.compile(
    r"\b(?:the|this|that|an?|my) (else|elif|except|finally)\b|^why (?:an? )?(else|elif|except|finally)\b"
)
COMMON_NAMES = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "main", "range", "string", "list"}
)
NOT_NAMES = frozenset(
    {
        "a",
        "i",
        "it",
        "the",
        "this",
        "is",
        "in",
        "do",
        "does",
        "to",
        "of",
        "and",
        "on",
        "my",
        "me",
        "line",
        "so",
        "at",
    }
)


@dataclass(frozen=True, slots=True)
class Asks:
    """The tables of code_questions.toml, ready to be looked for."""

    fault: re.Pattern[str]
    judges: re.Pattern[str]
    lines: re.Pattern[str]
    why: re.Pattern[str]
    prints: re.Pattern[str]
    what_if: re.Pattern[str]
    count: re.Pattern[str]
    by_line: re.Pattern[str]
    whole: re.Pattern[str]
    own_code: re.Pattern[str]


@cache
def asks() -> Asks:
    """Read the tables, once per process."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Asks(**{name: re.compile("|".join(said)) for name, said in tables.items()})


@dataclass(frozen=True, slots=True)
class CodeQuestion:
    """What is asked: of which lines (numbers from 1), and of which name; none for the whole program."""

    kind: QuestionKind
    lines: tuple[int, ...] = ()
    name: str | None = None


def read_code_question(text: str, code: str, *, told: bool = False) -> CodeQuestion | None:
    """Say what a question wants to know of a program; with `told` it is known to be about it."""
    said = plain(text[:MAX_READ])
    if not told and (asks().fault.search(said) or asks().judges.search(said)):
        return None
    known = _lines(code)
    meant = tuple(_meant(said, text, known, code))
    name = _name(said, known)
    kind = _kind(said, meant, name)
    if kind is None:
        return CodeQuestion("whole") if told else None
    # "why" without a line asks for the sense of the whole, if it asks about the program at all.
    if kind == "why" and not meant:
        return CodeQuestion("whole") if told or asks().whole.search(said) else None
    return CodeQuestion(kind, meant if kind in ("lines", "why", "name", "count") else (), name)


def asks_about_hidden_code(text: str) -> bool:
    """Whether a question is about a program that was not sent along."""
    said = plain(text[:MAX_READ])
    if asks().fault.search(said) or asks().judges.search(said) or not asks().own_code.search(said):
        return False
    # Dunder names are asked about as such far more often than as one's own.
    if "`" not in said and any(name in said for name in ("__init__", "__name__", "__main__", "__str__")):
        return False
    asked = bool(
        asks().whole.search(said)
        or asks().why.search(said)
        or asks().prints.search(said)
        or asks().by_line.search(said)
    )
    return asked and not _is_of_python(said)


def _is_of_python(said: str) -> bool:
    """Whether the thing asked for is one of Python's own, as in "the print function"."""
    named = re.search(
        r"\b(?:the|this) (\w+) (?:function|method|class|loop|statement|keyword|module|line)\b", said
    )
    own = named is not None and (named[1] in COMMON_NAMES or not ("_" in named[1] or named[1] in ORDINALS))
    return own and not re.search(r"\bmy\b|\bthis (?:code|program|line|script)\b", said)


def _kind(said: str, meant: Sequence[int], name: str | None) -> QuestionKind | None:
    """Try what a question can be, the surest first."""
    table = asks()
    asks_whole, numbered = (
        bool(table.whole.search(said)),
        table.lines.search(said) or ORDINAL_LINE.search(said),
    )
    # A question often fits several: "why does line 3 print 5?" asks for the reason, not for what is printed
    # before it, and "how many times" is never meant as anything else.
    tries: tuple[tuple[QuestionKind, object], ...] = (
        ("count", table.count.search(said)),
        ("prints", table.prints.search(said)),
        ("what_if", table.what_if.search(said) and not WITHOUT.search(said)),
        ("why", table.why.search(said) and (meant or name)),
        ("line_by_line", table.by_line.search(said)),
        ("lines", numbered or (meant and QUOTED.search(said) and asks_whole)),
        ("name", name is not None and (asks_whole or NAMES_ONE.search(said))),
        ("lines", meant and asks_whole),
        ("why", table.why.search(said)),
        ("whole", asks_whole),
    )
    return next((kind for kind, fits in tries if fits), None)


def _lines(code: str) -> list[Line]:
    try:
        return lines(source.parse(code))
    except SyntaxError:
        return []


def _meant(said: str, text: str, known: Sequence[Line], code: str) -> Iterator[int]:
    """Give the lines that a question means: by number, by what stands there, by a name or a kind of line."""
    rows = code.splitlines()
    if found := asks().lines.search(said):
        first = int(next(number for number in (found[1], found[3], found[4]) if number))
        last = int(found[2]) if found[2] else first
        # "lines 1 to 9999" must not become a list of that length.
        yield from range(first, min(last, first + 40) + 1)
        return
    if (found := ORDINAL_LINE.search(said)) and rows:
        place = ORDINALS[found[1]]
        # Beginners count what they see written: empty lines have no number to them.
        filled = [number for number, row in enumerate(rows, 1) if row.strip()]
        yield filled[place - 1 if place > 0 else place] if abs(place) <= len(filled) else filled[-1]
        return
    if quoted := _quoted(text, rows):
        yield quoted
        return
    if (set_to := SET_TO.search(said)) and (line := _assigned(set_to[1], set_to[2], known)):
        yield line
        return
    if (found := HEADED.search(said)) and (headed := _headed(found[1] or found[2], rows)):
        yield headed
        return
    for pattern, kinds in NODES:
        if pattern.search(said):
            yield from [line.first for line in known if isinstance(line.node, kinds)][:1]
            return
    if (name := _name(said, known)) is not None:
        yield from [number for number in (_begun(name, known),) if number]


def _headed(word: str | None, rows: Sequence[str]) -> int | None:
    """Give the first line that begins with a word."""
    return next((number for number, row in enumerate(rows, 1) if word and row.strip().startswith(word)), None)


def _quoted(text: str, rows: Sequence[str]) -> int | None:
    """Find a line of the program that the question has in it, with or without quotes around."""
    wanted = ["".join((found[1] or found[2] or "").split()) for found in QUOTED.finditer(text)]
    squeezed = "".join(text.split())
    best: tuple[int, int] | None = None
    for number, row in enumerate(rows, 1):
        bare = "".join(row.split())
        # Without blanks, because a line is retyped and not copied; single words are in every question.
        fits = len(bare) > 2 and not bare.isalnum() and bare in squeezed
        if fits or any(len(piece) > 2 and not piece.isalnum() and piece in bare for piece in wanted):
            # The longest line wins, of equals the first: `x = 1` is in `max = 1` as well.
            best = max(best or (0, 0), (len(bare) if fits else 1, -number))
    return -best[1] if best else None


def _assigned(name: str, value: str, known: Sequence[Line]) -> int | None:
    value = value.strip("?!.,`'\"")
    for line in known:
        if isinstance(line.node, ast.Assign | ast.AnnAssign) and line.node.value is not None:
            written = ast.unparse(line.node)
            if written.startswith(f"{name} ") and ast.unparse(line.node.value).strip("'\"") == value:
                return line.first
    return None


def _begun(name: str, known: Sequence[Line]) -> int | None:
    """Give the line where a name gets its first value, or is defined."""
    for line in known:
        node = line.node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return line.first
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(part, ast.Name) and part.id == name for t in targets for part in ast.walk(t)):
                return line.first
    return None


def _name(said: str, known: Sequence[Line]) -> str | None:
    """Find a name of the program in a question, the longest one."""
    # The question is in lower case, the program is not.
    own = {name: name.lower() for line in known for name in _bound(line.node)}
    words = set(NAME.findall(said))
    found = [
        name
        for name, small in own.items()
        if small in words and small not in NOT_NAMES and (small not in COMMON_NAMES or f"`{small}`" in said)
    ]
    return max(found, key=len, default=None)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
        yield from (arg.arg for arg in node.args.args)
    elif isinstance(node, ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
