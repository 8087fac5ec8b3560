"""Triage reads what students really write."""

from __future__ import annotations

import csv
import statistics
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from events.models import QuerySubmitted
from functions.triage.classifier import classify

HERE = Path(__file__).parent
NOBODY = UUID(int=0)


def query(text: str, code: str | None = None, error: str | None = None) -> QuerySubmitted:
    return QuerySubmitted(
        message_id=NOBODY,
        conversation_id=NOBODY,
        student_id=NOBODY,
        text=text,
        level="beginner",
        code=code,
        error=error,
    )


def labelled(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{key: (value or "").replace("\\n", "\n") for key, value in row.items()} for row in rows]


def wrong(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"intent": [], "topic": [], "stuck": []}
    for row in rows:
        intent = classify(query(row["text"], row["code"] or None, row["error"] or None))
        if intent.kind != row["intent"]:
            found["intent"].append(f"{row['text']!r}: {intent.kind}, not {row['intent']}")
        if row["topic"] and intent.topic != row["topic"]:
            found["topic"].append(f"{row['text']!r}: {intent.topic}, not {row['topic']}")
        if intent.stuck != bool(row["stuck"]):
            found["stuck"].append(f"{row['text']!r}: stuck={intent.stuck}")
    return found


@pytest.mark.parametrize("name", ["utterances.tsv", "heldout.tsv"])
def test_at_least_nine_in_ten_labelled_messages_are_read_right(name: str) -> None:
    rows = labelled(name)
    found = wrong(rows)
    for aspect, misses in found.items():
        assert len(misses) <= 0.1 * len(rows), f"{aspect}: {misses}"


def test_the_labelled_set_is_large_and_covers_every_intent() -> None:
    counts = Counter(row["intent"] for row in labelled("utterances.tsv"))
    assert sum(counts.values()) >= 150
    assert len(counts) == 8 and min(counts.values()) >= 5


def test_a_message_is_classified_in_five_milliseconds() -> None:
    queries = [
        query(row["text"], row["code"] or None, row["error"] or None) for row in labelled("utterances.tsv")
    ]
    queries += [query("why does my loop not work? " * 290), query("x = 1\n" * 1300)]
    classify(queries[0])
    taken = []
    for one in queries:
        began = time.perf_counter()
        classify(one)
        taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.005
