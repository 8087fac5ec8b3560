"""What a model adds to a review of its own: shown as its opinion, apart from what was found and rated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from events.models import Part
from functions.answers import answer
from functions.answers.answer import GROUNDED, Answer

OPINION = re.compile(
    r"^[*_> \t-]{0,20}(?:my )?opinion[*_]{0,4}:[*_]{0,4}[ \t]{0,20}(.+)$", re.IGNORECASE | re.MULTILINE
)
MARK = "*An opinion of the AI model, which counts for nothing in the number:*"


def set_apart(worded: Answer) -> Answer:
    """Take a model's own remarks out of the summary it wrote, and mark them as its opinion."""
    if worded.model == GROUNDED:
        return worded
    return replace(worded, parts=tuple(_set_apart(worded.parts)))


def _set_apart(parts: tuple[Part, ...]) -> Iterator[Part]:
    remarks = [said.strip() for part in parts if part.kind == "text" for said in OPINION.findall(part.text)]
    for part in parts:
        # Before what is to be done next, which closes an answer.
        if remarks and part.kind == "next":
            yield answer.text("\n".join([MARK, *remarks]))
            remarks = []
        left = OPINION.sub("", part.text).strip() if part.kind == "text" else part.text
        if left:
            yield Part(kind=part.kind, text=left)
    if remarks:
        yield answer.text("\n".join([MARK, *remarks]))
