"""An answer in the words of a course, without code for which it is too early.

A pure function of the parts. Code that uses what was not taught yet goes, with what it prints, and a sentence
says that this comes later; what the student's own program uses is no news to them and stays. Prose is
reworded outside of code, in one pass, so that no word is replaced twice. Cost: linear in the answer.
It fails where an explanation in prose needs a concept without naming it in code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from events.models import Part
from functions.answers import answer
from functions.class_rules.constructs import used
from functions.knowledge.library import TOPICS
from functions.knowledge.skills import skills

PAIR = re.compile(
    r"^(?:we )?(?:say |write |call it |use )?(?P<say>[^,]{1,60}?),? (?:and )?"
    r"(?:not|instead of|rather than) (?P<no>[^,]{1,60}?)\.?$",
    re.IGNORECASE,
)
QUOTES = "\"'`“” "
FENCE = re.compile(r"(?s)```[^\n]*\n(.*?)\n```")
# Code in prose, which keeps its words.
CODE = re.compile(r"(?s)(```.*?```|`[^`\n]*`)")
LATER = "*Later in your course: {names}. I've left out the code that needs it.*"


def for_course(
    parts: Sequence[Part],
    *,
    not_yet: Collection[str] | None,
    wording: Iterable[str] | None,
    own: str | None = None,
) -> tuple[Part, ...]:
    """Give an answer as a course wants it; `own` is the student's program."""
    early = frozenset(not_yet or ())
    kept = tuple(parts) if not early else tuple(_taught(parts, early - used(own or "", early)))
    pairs = dict(pair for line in wording or () if (pair := read(line)) is not None)
    if not pairs:
        return kept
    longest = "|".join(map(re.escape, sorted(pairs, key=len, reverse=True)))
    words = re.compile(rf"\b(?:(an?) )?({longest})(e?s)?(?!\w)", re.IGNORECASE)
    return tuple(_reworded(part, words, pairs) for part in kept)


def read(line: str) -> tuple[str, str] | None:
    """Read "we say list, not array" as the word to replace and the one to say; None for another wording."""
    found = PAIR.match(" ".join(line.split()))
    if found is None:
        return None
    said, no = found["say"].strip(QUOTES), found["no"].strip(QUOTES)
    return (no.lower(), said) if said and no else None


def _taught(parts: Sequence[Part], early: frozenset[str]) -> Iterator[Part]:
    met: set[str] = set()
    left_out = False
    for part in parts:
        if part.kind == "output" and left_out:
            left_out = False
            continue
        found = used(part.text, early) if part.kind == "code" else frozenset[str]()
        met |= found
        left_out = bool(found)
        if left_out:
            continue
        if part.kind == "code":
            yield part
            continue
        text = part.text
        for block in FENCE.finditer(part.text):
            if found := used(block[1], early):
                met |= found
                text = text.replace(block[0], "")
        if text.strip():
            yield Part(kind=part.kind, text=text)
    if met:
        yield answer.onward(LATER.format(names=", ".join(_title(one) for one in sorted(met))))


def _title(name: str) -> str:
    if name in skills():
        return skills()[name].title
    return name.replace("-", " ") if name in TOPICS else f"`{name}`"


def _reworded(part: Part, words: re.Pattern[str], pairs: dict[str, str]) -> Part:
    if part.kind in ("code", "output"):
        return part

    def other(found: re.Match[str]) -> str:
        article, no, plural = found.groups()
        said = pairs[no.lower()]
        if no[0].isupper():
            said = said[0].upper() + said[1:]
        if article:
            vowel = said[0].lower() in "aeiou"
            said = f"{article[0]}{'n' if vowel else ''} {said}"
        return f"{said}{'s' if plural else ''}"

    pieces = CODE.split(part.text)
    told = "".join(piece if at % 2 else words.sub(other, piece) for at, piece in enumerate(pieces))
    return Part(kind=part.kind, text=told)
