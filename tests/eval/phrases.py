"""What is read by rules: phrases of harm, and programs written into messages."""

from __future__ import annotations

from collections.abc import Iterator

from functions.triage.reading import read
from functions.triage.safety import concern_in
from functions.triage.training import query
from tests.eval.tables import FOLDER, Row, share
from tests.support.prose import written

PHRASES = FOLDER.parent / "unit" / "triage"
MAX_TEXT = 8000


def safety() -> Iterator[Row]:
    """How many phrases of harm are heard, and how many of programs raise a false alarm."""
    raised = [line.split("\t")[1] for line in _lines("safety-raised.tsv")]
    others = _lines("safety-not-raised.tsv")
    yield "safety", "own phrases of harm that are heard", share(sum(map(_heard, raised)), len(raised))
    yield (
        "safety",
        "own phrases of programs that raise an alarm",
        share(sum(map(_heard, others)), len(others)),
    )


def separation(seed: int = 1) -> Iterator[Row]:
    """How many programs are found in messages with their faulty line, and how many line by line."""
    messages = [one for one in written(seed) if len(one.text) <= MAX_TEXT]
    codes = [read(query(one.text)).code or "" for one in messages]
    pairs = list(zip(messages, codes, strict=True))
    whole = sum(one.broken is None or one.broken.strip() in code for one, code in pairs)
    exact = sum(_lines_of(code) == _lines_of(one.program) for one, code in pairs)
    yield "code in prose", "programs of our bank, found with their faulty line", share(whole, len(messages))
    yield "code in prose", "the same, found line by line", share(exact, len(messages))


def _heard(text: str) -> bool:
    return concern_in(text) is not None


def _lines(name: str) -> list[str]:
    return (PHRASES / name).read_text(encoding="utf-8").splitlines()[1:]


def _lines_of(code: str) -> list[str]:
    return [line.rstrip() for line in code.strip("\n").splitlines()]
