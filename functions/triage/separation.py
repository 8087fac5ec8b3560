"""Code found in prose: which lines of a message are the program, with the broken ones among them.

Lines that are plainly code are anchors. What touches an anchor and may be code belongs to it, and so does
whatever is between two anchors or indented under one, unless it is plainly a sentence: the line that does
not look like Python is the one that is asked about. Linear in the text but for one parse of numbered lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from functions.triage.code_lines import Look, look_at, without_strings
from functions.triage.frames import Unframed, unframed
from functions.triage.inline_code import tail_of

TRIPLE = re.compile(r'"""|\'\'\'')
FRAME = re.compile(r"^[ \t|]*(?:Traceback \(most|File \")")
MAX_LINES = 1500


@dataclass(frozen=True, slots=True)
class Separated:
    """The program of a text, and what is said around it."""

    code: str
    said: str


def separated(text: str) -> Separated:
    """Tell the program of a text from the words around it; `code` is empty where there is none."""
    # Pages put it where a program has its indentation.
    raw = text.replace("\N{NO-BREAK SPACE}", " ").splitlines()[:MAX_LINES]
    lines = unframed(_with_tails(_without_trace(raw)))
    looks = [look_at(line.text) for line in lines]
    marked = _marked(lines, looks)
    code = [line for line, is_code in zip(lines, marked, strict=True) if is_code]
    said = [
        line.text
        for line, is_code in zip(lines, marked, strict=True)
        if not is_code and line.known is not False
    ]
    return Separated(_program(code), "\n".join(said))


def _program(code: Sequence[Unframed]) -> str:
    """Write the lines of a program below each other; one that is numbered begins at its own number."""
    if not any(line.text.strip() for line in code):
        return ""
    first = next((line.first for line in code if line.first is not None), None) or 1
    lines = [line.text.rstrip() for line in code]
    while not lines[0]:
        lines.pop(0)
    margin = _shared([line[: len(line) - len(line.lstrip())] for line in lines if line])
    body = "\n".join(line.removeprefix(margin) for line in lines).rstrip()
    # Empty lines before it, so that line numbers in an error stay true.
    return "\n" * (first - 1) + body


def _shared(margins: Sequence[str]) -> str:
    """Give what all margins begin with."""
    least, most = min(margins), max(margins)
    same = next((n for n, sign in enumerate(least) if n >= len(most) or sign != most[n]), len(least))
    return least[:same]


def _with_tails(lines: Sequence[str]) -> list[str]:
    """Split a line whose sentence ends in code: "why does this fail: for i in range(3)"."""
    found: list[str] = []
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        found += tail_of(line, below) or [line]
    return found


def _marked(lines: Sequence[Unframed], looks: Sequence[Look]) -> list[bool]:
    """Say of each line whether it is code."""
    marked = [_sure(line, look) for line, look in zip(lines, looks, strict=True)]
    _mark_headers(lines, looks, marked)
    _mark_strings(lines, looks, marked)
    _mark_touching(lines, looks, marked)
    if not any(marked):
        return _of_weak_ones(lines, looks)
    _mark_between(lines, looks, marked)
    _mark_open_brackets(lines, looks, marked)
    return _with_blanks(lines, looks, marked)


def _sure(line: Unframed, look: Look) -> bool:
    return line.known if line.known is not None else look.strong


def _may_be(line: Unframed, look: Look) -> bool:
    return line.known is None and look.kind in ("line", "comment") and not look.says


def _mark_headers(lines: Sequence[Unframed], looks: Sequence[Look], marked: list[bool]) -> None:
    """Take a line with a colon, or a header without one, when code is indented under it."""
    for at in range(len(lines) - 2, -1, -1):
        look = looks[at]
        below = next((n for n in range(at + 1, min(at + 4, len(lines))) if looks[n].kind != "blank"), None)
        if marked[at] or below is None or not _may_be(lines[at], look) or not (look.opens or look.header):
            continue
        under = looks[below].indent > look.indent and (marked[below] or looks[below].weak)
        marked[at] = under and look.prose <= 1


def _mark_strings(lines: Sequence[Unframed], looks: Sequence[Look], marked: list[bool]) -> None:
    """Take the lines of a string over several lines, when it is closed again."""
    at = 0
    while at < len(lines):
        if len(TRIPLE.findall(lines[at].text)) % 2 and (
            marked[at] or lines[at].text.strip()[:3] in ('"""', "'''")
        ):
            end = next((n for n in range(at + 1, len(lines)) if TRIPLE.search(lines[n].text)), None)
            if end is not None and (marked[at] or looks[at].indent > 0 or _near(marked, at, end)):
                marked[at : end + 1] = [True] * (end + 1 - at)
                at = end
        at += 1


def _near(marked: Sequence[bool], at: int, end: int) -> bool:
    return any(marked[max(0, at - 2) : at]) or any(marked[end + 1 : end + 3])


def _mark_touching(lines: Sequence[Unframed], looks: Sequence[Look], marked: list[bool]) -> None:
    """Take lines that may be code and touch code, a blank line or two away, downwards and upwards."""
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        # Counts down: two blank lines may be between, and a sentence ends it.
        near, last = 0, 0
        for at in order:
            look = looks[at]
            if marked[at]:
                near, last = 3, look.indent
            elif look.kind == "blank":
                near -= 1
            elif near > 0 and _may_be(lines[at], look) and (look.weak or look.indent > 0):
                marked[at], near, last = True, 3, look.indent
            elif near == 3 and order.step > 0 and lines[at].known is None and _goes_on(look, last):
                marked[at] = True
            else:
                near = 0


def _goes_on(look: Look, last: int) -> bool:
    """Whether a line that looks like no code goes on with the block above it."""
    return look.kind == "line" and look.indent > 0 and look.prose <= (3 if look.indent >= last else 2)


def _mark_between(lines: Sequence[Unframed], looks: Sequence[Look], marked: list[bool]) -> None:
    """Take what is between two lines of code and not plainly a sentence; there the broken line is."""
    last: int | None = None
    for at in range(len(lines)):
        if not marked[at]:
            continue
        if last is not None and at - last > 1:
            gap = range(last + 1, at)
            said = [n for n in gap if looks[n].kind != "blank"]
            if all(_may_be(lines[n], looks[n]) or _inside(looks[n]) for n in said) and len(said) <= 2:
                for n in gap:
                    marked[n] = True
        last = at


def _inside(look: Look) -> bool:
    return look.kind == "line" and look.indent > 0 and look.prose <= 3


def _mark_open_brackets(lines: Sequence[Unframed], looks: Sequence[Look], marked: list[bool]) -> None:
    """Take lines while a bracket of the code above is open, up to a sentence."""
    depth = 0
    for at, line in enumerate(lines):
        if marked[at]:
            bare = without_strings(line.text.strip())
            depth = max(0, depth + sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}")))
        elif depth and _may_be(line, looks[at]) and looks[at].kind == "line" and looks[at].prose == 0:
            marked[at] = at > 0 and marked[at - 1]
        else:
            depth = 0


def _of_weak_ones(lines: Sequence[Unframed], looks: Sequence[Look]) -> list[bool]:
    """Take two or more lines in a row that may be code, where no line is so for sure."""
    weak = [
        look.kind == "line" and look.weak and line.known is None
        for line, look in zip(lines, looks, strict=True)
    ]
    found = [False] * len(lines)
    for at in range(len(lines) - 1):
        if weak[at] and weak[at + 1] and (looks[at].header or looks[at + 1].indent > 0):
            found[at] = found[at + 1] = True
    return found


def _with_blanks(lines: Sequence[Unframed], looks: Sequence[Look], marked: Sequence[bool]) -> list[bool]:
    """Keep the blank lines inside a program: line numbers count them."""
    found = list(marked)
    last: int | None = None
    for at in range(len(lines)):
        if not marked[at]:
            continue
        if last is not None and all(looks[n].kind == "blank" for n in range(last + 1, at)):
            found[last + 1 : at] = [True] * (at - last - 1)
        last = at
    return found


def unfenced(block: str) -> str:
    """Give the program of a block that was marked as one: without frames, and without a traceback in it."""
    lines = unframed(_without_trace(block.splitlines()[:MAX_LINES]))
    if any(line.known for line in lines):
        return _program([line for line in lines if line.known])
    return _program([line for line in lines if line.known is None])


def _without_trace(lines: Sequence[str]) -> list[str]:
    """Leave a traceback away, with the lines of the program that it quotes."""
    kept, quoted = [], False
    for line in lines:
        quoted = bool(FRAME.match(line)) or (quoted and line[:1] in " \t" and bool(line.strip()))
        if not quoted:
            kept.append(line)
    if len(kept) == len(lines):
        return kept
    return [line for line in kept if look_at(line).kind != "trace"]
