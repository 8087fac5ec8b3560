"""Cutting a reply that still comes into what can be judged: a sentence, or a fenced block as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The ends are looked for, not the sentences: this is asked for each piece of a reply as it comes.
END = re.compile(
    r"[.!?][\"')*_]*+\s+|[\u3002\uff01\uff1f]\s*|\n[ \t]*\n\s*"
    r"|:[*_]*+[ \t]*\n\s*|\n(?=[ \t]*(?:[-*]|\d+[.)])[ \t])"
)
FENCE = re.compile(r"(?m)^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n")
# The most characters that are held for the end of a sentence or block.
MAX_HELD = 6000
# The longest link that a sentence is held together for.
MAX_LINK = 600


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of prose, with the blanks after it."""

    text: str

    @property
    def leads_in(self) -> bool:
        """Whether it announces what comes next, as in `For example:`."""
        return self.text.rstrip().rstrip("*_").endswith(":")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language in lower case, and what is in it."""

    language: str
    text: str


Piece = Sentence | Block


def next_piece(text: str, *, whole: bool = False) -> tuple[Piece, str] | None:
    """Take the first complete piece off a text; None where it has none. `whole` when nothing more comes."""
    fence = FENCE.search(text)
    before = text[: fence.start()] if fence else text
    if sentence := _sentence(before):
        return Sentence(sentence), text[len(sentence) :]
    if fence is None:
        return (Sentence(text), "") if whole and text else None
    if before.strip():
        return Sentence(before), text[fence.start() :]
    close = re.compile(rf"(?m)^[ \t]*{re.escape(fence[1][0])}{{{len(fence[1])},}}[ \t]*$").search(
        text, fence.end()
    )
    if close is None and not whole:
        return None
    end, rest = (close.start(), close.end()) if close else (len(text), len(text))
    return Block(fence[2].lower(), text[fence.end() : end].rstrip("\n")), text[rest:].lstrip("\n")


def _sentence(text: str) -> str:
    """Give the first complete sentence, not cut within inline code or a link; empty when there is none."""
    at = 0
    while (end := END.search(text, at + 1)) is not None:
        at = end.end()
        taken = text[:at]
        if taken.count("`") % 2 == 0 and (not _in_a_link(taken) or len(taken) > MAX_LINK):
            return taken
    return ""


def _in_a_link(text: str) -> bool:
    opened = text.rfind("[")
    if opened > text.rfind("]"):
        return True
    target = text.rfind("](")
    return target >= 0 and ")" not in text[target:]
