"""Taking a message apart: what is said, what is code, what is an error."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from events.models import ParsedError, QuerySubmitted
from functions.analysis import source
from functions.diagnosis.tracebacks import parse_error
from functions.knowledge.languages import Language, in_english, language_of

FENCED = re.compile(r"```[\w+-]*\s*\n?(.*?)(?:```|\Z)", re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]+`")
QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|(?<!\w)'[^'\n]{1,200}'(?!\w)|(?m:^>.*$)")
CODE_LINE = re.compile(
    r"""^\s*(?:
        (?:def|class)\s+\w+ | (?:for|with)\s.+\s(?:in|as)\s.+: | (?:while|if|elif|except)\b.*:\s*$
        | (?:else|try|finally):\s*$ | return\b | while\s.+: | import\s\w+(?:\s*$|\s+as\b|,)
        | from\s\w[\w.]*\simport\b
        | print\s*\( | @\w+ | \#\s | \w[\w.\[\]'"]*\s*[-+*/%]?=(?!=)\s*\S | \w+(?:\.\w+)*\([^)]*\)\s*$
    )""",
    re.VERBOSE,
)
TRACE_LINE = re.compile(
    r'^\s*(?:Traceback \(most|File "|\^+\s*$|~*\^+~*\s*$|[|+][ -]|During handling of the above exception'
    r"|The above exception was the direct cause)"
)
HAS_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|^\s*File \"[^\"\n]+\", line \d+", re.MULTILINE
)
SENTENCE = re.compile(r"(?<![a-z'])[a-z']+[ ,]+[a-z']+[ ,]+[a-z']+", re.IGNORECASE)
STRING = re.compile(r"\"[^\"\n]*\"?|'[^'\n]*'?")
MAX_PROSE = 1500


@dataclass(frozen=True, slots=True)
class Reading:
    """A message in its parts: `prose` has neither code nor quotations in it, `words` has inline code."""

    prose: str
    words: str
    code: str | None
    error: str | None
    parsed: ParsedError | None
    language: Language | None = None


def read(query: QuerySubmitted) -> Reading:
    """Take a message apart, wherever the student put code and error."""
    fenced = [block.strip("\n") for block in FENCED.findall(query.text) if block.strip()]
    rest = FENCED.sub(" ", query.text)
    loose, said = _split_lines(rest)
    code, error = _sorted_out([query.code or "", *fenced, loose], query.error)
    said = said[:MAX_PROSE].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    language = language_of(said)
    if language is not None:
        said = in_english(said, language)
    return Reading(
        prose=_one_line(QUOTED.sub(" ", INLINE_CODE.sub(" ", said))).lower(),
        words=_one_line(said),
        code=code,
        error=error or (query.text if HAS_TRACEBACK.search(query.text) else None),
        parsed=parse_error(error, query.text),
        language=language,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sorted_out(blocks: list[str], error: str | None) -> tuple[str | None, str | None]:
    """Tell programs from tracebacks that were put where code belongs."""
    programs = [block for block in blocks if block.strip() and not HAS_TRACEBACK.search(block)]
    traces = [block for block in blocks if HAS_TRACEBACK.search(block)]
    shown = error if error and error.strip() else next(iter(traces), None)
    return (programs[0] if programs else None), shown


def _split_lines(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    if HAS_TRACEBACK.search(text):
        lines = _without_trace(lines)
    marked = [bool(CODE_LINE.match(line)) for line in lines]
    if sum(marked) < 2 and not (len(lines) <= 2 and any(marked) and _is_program(text)):
        return "", "\n".join(lines)
    return _separate(lines, marked)


def _separate(lines: list[str], marked: list[bool]) -> tuple[str, str]:
    """Tell lines of code from prose; an indented or empty line goes with the code before it."""
    code: list[str] = []
    said: list[str] = []
    inside = False
    for line, is_code in zip(lines, marked, strict=True):
        inside = is_code or (inside and (not line.strip() or line[:1] in " \t"))
        (code if inside else said).append(line)
    return "\n".join(code).strip("\n"), "\n".join(said)


def _without_trace(lines: list[str]) -> list[str]:
    kept, in_trace = [], False
    for line in lines:
        in_trace = bool(TRACE_LINE.match(line)) or (in_trace and line[:1] in " \t")
        if not in_trace:
            kept.append(line)
    return kept


def _is_program(text: str) -> bool:
    """Whether a short text is code: it parses, or is no sentence either."""
    try:
        tree = source.parse(text)
    except SyntaxError:
        return not SENTENCE.search(STRING.sub("", text))
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Name)) for node in tree.body)
