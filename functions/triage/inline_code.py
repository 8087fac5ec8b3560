"""Code on the same line as a sentence: "why does print("hello) not work".

Two ways: the line ends in code after a colon or the like (`tail_of`), or a call or an assignment is among
the words (`inside_of`). Each line is walked once.
"""

from __future__ import annotations

import re

from functions.triage.code_lines import MAX_LOOK, look_at, prose_in, without_strings

BREAK = re.compile(r"(?:[:?!;,.]|-{1,2}|=?=?>|\N{EM DASH}|\N{FULLWIDTH COLON}|\N{FULLWIDTH COMMA})[ \t]+")
MENTIONED = re.compile(r"^[\w.]+\(\)$")
STARTS = re.compile(
    r"(?<![\w.\"'])(?:(?:print|input)(?=[ \t]*[(\"'])|[A-Za-z_]\w*(?:\.\w+)*(?:\[[^\]\n]{0,40}\])?(?=\()|"
    r"[A-Za-z_]\w*(?:\[[^\]\n]{0,40}\])?[ \t]*[-+*/%]?=(?!=)[ \t]*(?=[\w\"'(\[{-]))"
)
# Where the value of an assignment ends among words: at the first word that no operator joins to it. That
# misses `a + b if c else d`, which nobody writes into a sentence.
VALUE = re.compile(
    r"[-+]?(?:[\w.]+(?:\([^()\n]{0,80}\))?|\"[^\"\n]*\"?|'[^'\n]*'?|[\[({][^\n\])}]*[\])}]?)"
    r"(?:[ \t]*(?:\*\*|//|[-+*/%^])[ \t]*(?!(?:and|or|but|is|in|it)\b)[\w.]+)*"
)
# Each cut looks at the rest of the line: a line of commas alone would cost the square of its length.
MAX_CUTS = 12


def tail_of(line: str, below: str = "") -> list[str]:
    """Split a line into its sentence and the code that ends it; empty where there is none."""
    if not BREAK.search(line):
        return []
    whole = look_at(line)
    if whole.kind != "line" or whole.strong or whole.prose < 2:
        return []
    cuts = [match.end() for match in BREAK.finditer(line[:MAX_LOOK])][:MAX_CUTS]
    for cut in cuts:
        tail, head = line[cut:], line[:cut]
        look = look_at(tail)
        goes_on = bool(below.strip()) and len(below) - len(below.lstrip()) > 0
        if (look.strong and look.prose == 0 and prose_in(without_strings(head)) > 0) or (
            look.header and look.weak and goes_on
        ):
            return [head, tail]
    return []


def inside_of(said: str) -> str | None:
    """Find the statements among the words of a line; a name with empty brackets is only mentioned."""
    found: list[str] = []
    at = 0
    text = said[: 4 * MAX_LOOK]
    for match in STARTS.finditer(text):
        if match.start() < at:
            continue
        end = _end_of(text, match)
        piece = text[match.start() : end].rstrip(" ,;?!")
        at = end
        # "what does print() do" asks about the function; there is nothing in it to run or to mend.
        if not MENTIONED.match(piece):
            found.append(piece)
    return "\n".join(found) or None


def _end_of(text: str, match: re.Match[str]) -> int:
    if "=" in match.group():
        value = VALUE.match(text, match.end())
        return value.end() if value else match.end()
    at = match.end()
    while at < len(text) and text[at] in " \t":
        at += 1
    return _closing(text, at) if text[at : at + 1] == "(" else _string_end(text, at)


def _closing(text: str, at: int) -> int:
    """Find where a call ends: at its bracket, or where a string that is never closed hides that one."""
    depth, n = 0, at
    while n < len(text) and text[n] != "\n":
        sign = text[n]
        if sign in "\"'":
            n = _string_end(text, n)
            if n < 0:
                break
            continue
        depth += (sign in "([{") - (sign in ")]}")
        n += 1
        if depth == 0:
            return n
    # The usual fault, a string that is never closed: the bracket that the student meant to close with is in
    # it.
    hidden = text.find(")", at, text.find("\n", at) if "\n" in text[at:] else len(text))
    return hidden + 1 if hidden >= 0 else _line_end(text, at)


def _string_end(text: str, at: int) -> int:
    end = text.find(text[at], at + 1)
    line = _line_end(text, at)
    return end + 1 if 0 <= end < line else line


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
