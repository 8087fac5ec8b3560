"""Real questions, when they are there: in `../labels/*.json` beside the tree, never in it.

Each file is a list of {set, text, ok}: the set it came from, the message, and which answers could help, by
letters: c(oncepts), d(ebug), x (an explanation of the program), r(eview), e(xercise), p(rogress), k (asked
back), o(utside). They were labelled before the answers were looked at; `half` b was kept aside
meanwhile. Folders in it hold later samples, under a name of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from functions.conversation.state import NOTHING
from functions.triage.classifier import classify
from functions.triage.going_on import go_on
from functions.triage.training import query
from tests.eval.tables import FOLDER, Row, share

LABELS = FOLDER.parents[2] / "labels"
LETTERS = {
    "concept": "c",
    "debug": "d",
    "review": "r",
    "exercise": "e",
    "progress": "p",
    "unknown": "k",
    "distress": "k",
    "homework": "d",
    "off_topic": "o",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A real message, and what could help."""

    source: str
    text: str
    helpful: str
    aside: bool = False


def questions(folder: Path = LABELS) -> list[Question]:
    """Read the labelled questions; none where the folder is not there."""
    return [
        Question(_named(row["set"], path, folder), row["text"], row["ok"], row.get("half") == "b")
        for path in sorted(folder.rglob("labelled*.json"))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def _named(source: str, path: Path, folder: Path) -> str:
    return source if path.parent == folder else f"{source}, later sample ({path.parent.name})"


def answered_by(text: str) -> str:
    """Say which answer a message gets, as a letter; an explanation of the program is told from a card."""
    intent = classify(query(text))
    if (going := go_on(query(text), intent, NOTHING)) is not None and going.explains_code:
        return "x"
    return LETTERS.get(intent.kind, "g")


def real() -> Iterator[Row]:
    """How many real questions reach an answer that could help, and how many are told to be outside."""
    found: dict[str, Counter[str]] = {}
    for one in questions():
        letter, counts = answered_by(one.text), found.setdefault(one.source, Counter())
        counts["all"] += 1
        counts["helped"] += letter in one.helpful
        counts["aside"] += one.aside
        counts["aside, helped"] += one.aside and letter in one.helpful
        counts["outside"] += letter == "o" and "o" not in one.helpful
        counts["asked back"] += letter == "k"
    for source, counts in sorted(found.items()):
        yield "real questions", f"{source}: an answer that could help", share(counts["helped"], counts["all"])
        kept = share(counts["aside, helped"], counts["aside"])
        yield "real questions", f"{source}: of these the half kept aside", kept
        yield "real questions", f"{source}: told to be outside", share(counts["outside"], counts["all"])
        yield "real questions", f"{source}: asked back", share(counts["asked back"], counts["all"])
