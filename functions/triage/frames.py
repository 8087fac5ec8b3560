"""What editors, notebooks and consoles put beside a program: prompts, labels of cells, line numbers.

A frame is taken off where several lines in a row have it and what is left is code; the numbers say on which
line of the student's file the program begins. Linear in the text. What fails: numbers that start again in
the middle.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from functions.analysis import source
from functions.triage.code_lines import Look, look_at

PROMPT = re.compile(r"^[ \t]*(?:>>>|In ?\[[ \d*]*\]:) ?(.*)$")
GOES_ON = re.compile(r"^[ \t]*\.\.\.:? ?(.*)$")
PRINTED = re.compile(r"^[ \t]*(?:Out ?\[\d*\]:.*|\[\d+\]:?|In ?\[[ \d*]*\]:?)[ \t]*$")
NUMBERED = re.compile(
    r"^[ \t]*(?:[Ll]ine )?(\d{1,4})"
    r"(?:[ \t]*[|:.)\N{BOX DRAWINGS LIGHT VERTICAL}](?![\w=])|(?=[ \t]|$))(.*)$"
)
QUOTED = re.compile(r"^[ \t]*> ?(.*)$")
MAX_START = 400


@dataclass(frozen=True, slots=True)
class Unframed:
    """A line without its frame: `known` is whether the frame says that it is code, or that it is not."""

    text: str
    known: bool | None = None
    first: int | None = None


def unframed(lines: Sequence[str]) -> list[Unframed]:
    """Take the frames off."""
    found: list[Unframed] = []
    at = 0
    while at < len(lines):
        taken = _session(lines, at) or _numbers(lines, at) or _quotation(lines, at) or [Unframed(lines[at])]
        found += taken
        at += len(taken)
    return found


def _session(lines: Sequence[str], at: int) -> list[Unframed]:
    """Read what was typed after a prompt, and the lines that go on with it."""
    if PRINTED.match(lines[at]):
        return [Unframed("", False)]
    first = PROMPT.match(lines[at])
    if first is None:
        return []
    found = [Unframed(first[1].rstrip(), True)]
    for line in lines[at + 1 :]:
        goes_on = GOES_ON.match(line)
        if goes_on is None:
            break
        found.append(Unframed(goes_on[1].rstrip(), True))
    return found


def _numbers(lines: Sequence[str], at: int) -> list[Unframed]:
    """Read lines that are numbered one after the other."""
    run: list[tuple[int, str]] = []
    for line in lines[at:]:
        match = NUMBERED.match(line)
        if match is None or (run and int(match[1]) != run[-1][0] + 1):
            break
        run.append((int(match[1]), match[2].rstrip()))
    # One numbered line is a list with one thing to do, or a sum.
    if len([text for _, text in run if text.strip()]) < 2:
        return []
    texts = _margin_off([text for _, text in run], list(lines[at : at + len(run)]))
    looks = [look_at(text) for text in texts if text.strip()]
    if not _is_program(looks):
        return []
    # So that the line of an error, counted in the student's file, is found in the excerpt.
    first = run[0][0] if 1 < run[0][0] <= MAX_START else None
    return [Unframed(text, True, first if n == 0 else None) for n, text in enumerate(texts)]


def _is_program(looks: Sequence[Look]) -> bool:
    """Whether half of some lines may be code, and none is plainly a sentence, or few beside plain code."""
    # Of half and not of all: comments, blank lines and words of output are between lines of code.
    may_be = sum(look.weak or look.strong for look in looks)
    said = sum(look.says for look in looks)
    few = said == 0 or (4 * said <= len(looks) and any(look.strong for look in looks))
    return 2 * may_be >= len(looks) and few


def _margin_off(texts: list[str], whole: list[str]) -> list[str]:
    """Take the blanks between numbers and code away: as many everywhere, or up to the same column."""
    margin = min((len(text) - len(text.lstrip()) for text in texts if text.strip()), default=0)
    plain = [text[margin:] for text in texts]
    column = min(
        (len(line) - len(text.lstrip()) for line, text in zip(whole, texts, strict=True) if text.strip())
    )
    aligned = [line.rstrip()[column:] for line in whole]
    # Editors align numbers to the right, so that the blanks before code differ from 9 to 10: of the two
    # readings the one is taken that Python can parse.
    return aligned if aligned != plain and not _parses(plain) and _parses(aligned) else plain


def _parses(lines: list[str]) -> bool:
    try:
        source.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def _quotation(lines: Sequence[str], at: int) -> list[Unframed]:
    """Read a program that is quoted as in a mail; other quotations stay what they are."""
    run: list[str] = []
    for line in lines[at:]:
        match = QUOTED.match(line)
        if match is None or line.lstrip().startswith(">>>"):
            break
        run.append(match[1].rstrip())
    looks = [look_at(text) for text in run if text.strip()]
    if len(looks) < 2 or not _is_program(looks):
        return []
    return [Unframed(text, True) for text in run]
