"""The struggle rules against sixty histories that were labelled by hand."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from events.models import ActivityDetail, ActivityRecorded, QuerySubmitted
from functions.debug.struggle import ErrorOccurrence, same_error
from functions.diagnosis.fingerprints import trouble_of
from functions.exercise.struggle import Attempt, Thresholds, failed_runs, stalled, timeouts
from functions.progress.struggle import quiz_failed
from functions.triage.classifier import classify

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMITS = Thresholds()
RULES = ("same_error", "timeout", "quiz_failed", "failed_runs", "stuck", "stalled")
NOBODY = UUID(int=1)


@dataclass(frozen=True)
class Event:
    """One event of a history."""

    number: int
    minute: int
    kind: str
    rest: str

    @property
    def at(self) -> datetime:
        return START + self.minute * MINUTE

    @property
    def id(self) -> UUID:
        return UUID(int=self.number + 1)


@cache
def histories() -> list[dict[str, Any]]:
    read = tomllib.loads(Path(__file__).with_name("histories.toml").read_text(encoding="utf-8"))["history"]
    for history in read:
        parts = [[*line.split(" ", 2), ""] for line in history["events"]]
        history["events"] = [
            Event(number, int(minute), kind, rest) for number, (minute, kind, rest, *_) in enumerate(parts)
        ]
    return list(read)


@cache
def fired() -> dict[str, set[str]]:
    """Which rules fire in the course of each history."""
    return {history["name"]: fired_by(history["events"]) for history in histories()}


def fired_by(events: list[Event]) -> set[str]:
    return {
        *of_attempts(events),
        *of_errors(event for event in events if event.kind == "error"),
        *("quiz_failed" for event in events if event.kind == "quiz" and failed(event)),
        *("stuck" for event in events if event.kind == "said" and classify(said(event)).stuck),
    }


def of_attempts(events: list[Event]) -> Iterator[str]:
    """The rules of the exercises, looked at after each event and in the minutes after it."""
    runs = [event.rest.split() for event in events if event.kind == "run"]
    places = [event for event in events if event.kind == "run"]
    # What the sandbox could not run is no attempt.
    attempts = [
        (place.minute, attempt(place, *run))
        for place, run in zip(places, runs, strict=True)
        if run[0] != "internal"
    ]
    looked_at = {event.minute + later for event in events for later in range(15)}
    for minute in sorted(one for one in looked_at if one <= events[-1].minute):
        known = [one for at, one in attempts if at <= minute]
        if timeouts(known, LIMITS):
            yield "timeout"
        for exercise_id in {one.exercise_id for one in known}:
            own = [one for one in known if one.exercise_id == exercise_id]
            if failed_runs(own, LIMITS):
                yield "failed_runs"
            if stalled(own, START + minute * MINUTE, LIMITS):
                yield "stalled"


def attempt(event: Event, status: str, program: str, exercise: str = "x") -> Attempt:
    return Attempt(event.id, UUID(int=ord(exercise)), event.at, status, program)


def of_errors(events: Iterator[Event]) -> Iterator[str]:
    seen: dict[str, list[ErrorOccurrence]] = defaultdict(list)
    for event in events:
        line, _, place = event.rest.partition(" @ ")
        kind, _, message = line.partition(": ")
        same = seen[trouble_of(kind, message)]
        exercise_id = uuid5(NOBODY, place) if place else None
        sighting = ErrorOccurrence(event.id, event.at, line, None, None, exercise_id)
        if same_error(sighting, same):
            yield "same_error"
        same.append(sighting)


def failed(event: Event) -> bool:
    right, questions = map(int, event.rest.split("/"))
    detail = ActivityDetail(score=right / questions, questions=questions)
    quiz = ActivityRecorded(
        activity_id=event.id, student_id=NOBODY, kind="quiz.graded", occurred_at=event.at, detail=detail
    )
    return quiz_failed(quiz, Decimal("0.5"), 4)


def said(event: Event) -> QuerySubmitted:
    return QuerySubmitted(
        message_id=event.id, conversation_id=NOBODY, student_id=NOBODY, text=event.rest, level="beginner"
    )


def test_there_are_sixty_histories_each_with_its_reason() -> None:
    assert len(histories()) == 60
    assert len({history["name"] for history in histories()}) == 60
    assert all(history["why"] and set(history["expect"]) <= set(RULES) for history in histories())


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_who_struggles_and_nobody_else(rule: str) -> None:
    expected = {history["name"] for history in histories() if rule in history["expect"]}
    found = {history["name"] for history in histories() if rule in fired()[history["name"]]}
    precision, recall = len(expected & found) / len(found), len(expected & found) / len(expected)
    print(f"{rule}: {len(expected)} expected, precision {precision:.2f}, recall {recall:.2f}")
    print("missed:", sorted(expected - found), "too many:", sorted(found - expected))
    assert min(precision, recall) >= 0.9
