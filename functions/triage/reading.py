"""Taking a message apart: what is said, what is code, what is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.models import ParsedError, QuerySubmitted
from functions.diagnosis.tracebacks import parse_error
from functions.knowledge.languages import Language, in_english, language_of
from functions.triage.code_lines import look_at
from functions.triage.inline_code import inside_of
from functions.triage.separation import separated, unfenced

FENCED = re.compile(r"(?:```|~~~)[ \t]*(?:[\w+-]+[ \t]*\n|\n|(?=\S))(.*?)(?:```|~~~|\Z)", re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]+`")
QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|(?<!\w)'[^'\n]{1,200}'(?!\w)|(?m:^>.*$)")
HAS_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|^[ \t]*File \"[^\"\n]+\", line \d+", re.MULTILINE
)
# What is longer is no question but a text that was pasted; the search for signals is paid for by its length.
MAX_PROSE = 1500


@dataclass(frozen=True, slots=True)
class Reading:
    """A message in its parts: `prose` has neither code nor quotations in it, `words` has inline code.

    `inline` is code among the words of a sentence: what the question is about, when no program came along.
    `told` is everything that is said, in the student's own words, with comments and quotations.
    """

    prose: str
    words: str
    code: str | None
    error: str | None
    parsed: ParsedError | None
    language: Language | None = None
    inline: str | None = None
    told: str = ""


def read(query: QuerySubmitted) -> Reading:
    """Take a message apart, wherever the student put code and error."""
    fenced = [block.rstrip() for block in FENCED.findall(query.text) if block.strip()]
    loose = separated(FENCED.sub("\n", query.text))
    code, error = _sorted_out([query.code or "", *fenced], loose.code, query.error)
    said = loose.said[:MAX_PROSE].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    language = language_of(said)
    # With a program at hand, code in a sentence mentions a part of it.
    inline = _inline(said) if code is None else None
    if language is not None:
        said = in_english(said, language)
    return Reading(
        prose=_one_line(QUOTED.sub(" ", INLINE_CODE.sub(" ", said))).lower(),
        words=_one_line(said),
        code=code,
        # The whole text, because the traceback alone is not cut out of it: parse_error finds its lines again.
        error=error or (query.text if HAS_TRACEBACK.search(query.text) else None),
        parsed=parse_error(error, query.text),
        language=language,
        inline=inline,
        told="\n".join([loose.said, *_comments(code or ""), _sentences(query.code), _sentences(query.error)]),
    )


def code_in(text: str) -> str | None:
    """Find the program in the words of a message."""
    fenced = [block.rstrip() for block in FENCED.findall(text) if block.strip()]
    loose = separated(FENCED.sub("\n", text))
    return _sorted_out(fenced, loose.code, None)[0]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sorted_out(blocks: list[str], loose: str, error: str | None) -> tuple[str | None, str | None]:
    """Tell programs from tracebacks that were put where code belongs; both may be in one block."""
    shown = error if error and error.strip() else None
    programs: list[str] = []
    for block in blocks:
        if HAS_TRACEBACK.search(block):
            shown = shown or block
        # A traceback quotes lines of a program: they are none of the student's, unless something beside it is
        # plainly code.
        if (program := unfenced(block)) and (
            programs or not HAS_TRACEBACK.search(block) or _is_code(program)
        ):
            programs.append(program)
    if loose:
        programs.append(loose)
    return (programs[0] if programs else None), shown


def _is_code(block: str) -> bool:
    return any(look_at(line).strong for line in block.splitlines())


def _comments(code: str) -> list[str]:
    return [line.partition("#")[2] for line in code.splitlines() if "#" in line]


def _sentences(field: str | None) -> str:
    """Give what was written into a field for code or errors though it is neither."""
    lines = (field or "").splitlines()
    return "\n".join(line for line in lines if look_at(line).says)


def _inline(said: str) -> str | None:
    spans = [span.strip("`").strip() for span in INLINE_CODE.findall(said)]
    code = [span for span in spans if look_at(span).strong]
    return "\n".join(code) or inside_of(INLINE_CODE.sub(" ", said))
