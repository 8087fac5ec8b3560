"""What went over Kafka, held against outbox and inbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from tests.chaos.tables import Database
from tests.support.topics import read, text

DEAD_LETTERS = "learnflow.dead-letter"
ACTIVITY = "learnflow.activity.recorded.v1"
# topic → type → who must have handled it, as the picture in the design has it
CONSUMERS: dict[str, dict[str, tuple[str, ...]]] = {
    "learning.requests": {"learnflow.query.submitted.v1": ("triage",)},
    "concepts.requests": {"learnflow.concept.requested.v1": ("concepts",)},
    "debug.requests": {"learnflow.debug.requested.v1": ("debug",)},
    "exercise.requests": {"learnflow.exercise.requested.v1": ("exercise",)},
    "code.submissions": {"learnflow.code.submitted.v1": ("code_review", "exercise")},
    "exercise.generated": {"learnflow.exercise.generated.v1": ("progress",)},
    "learning.responses": {"learnflow.response.produced.v1": ("delivery",)},
    "struggle.detected": {
        "learnflow.struggle.detected.v1": ("notification",),
        "learnflow.safety.raised.v1": ("notification",),
    },
    "progress.events": {
        ACTIVITY: ("progress",),
        "learnflow.progress.asked.v1": ("progress",),
    },
}
# An activity is of use to others by its kind alone: what is of none leaves no trace there.
BY_KIND = {"error.seen": ("debug",), "exercise.completed": ("notification",)}
OUTBOX = """
SELECT event_id, topic, attributes ->> 'source' AS source, count(*) AS times FROM outbox GROUP BY 1, 2, 3
"""
INBOX = "SELECT consumer, source, id, outcome FROM inbox WHERE done_at IS NOT NULL"
ACTIVITIES = "SELECT activity_id::text FROM activities"


@dataclass(frozen=True, slots=True)
class Event:
    """A record of Kafka, by what names it."""

    topic: str
    type: str
    source: str
    id: str
    data: bytes

    @classmethod
    def of(cls, record: Any) -> Event:
        """Read the headers of a record."""
        names = ("ce_type", "ce_source", "ce_id")
        return cls(record.topic, *(text(record, name) for name in names), record.value or b"")

    @property
    def key(self) -> tuple[str, str, str]:
        """What is the same for a record that was written twice."""
        return self.topic, self.source, self.id


@dataclass(frozen=True, slots=True)
class Journal:
    """Every record of every topic."""

    events: list[Event]
    letters: list[Event]

    @classmethod
    async def read(cls, servers: str) -> Journal:
        """Read all topics from their beginning to their end."""
        events = [Event.of(record) for record in await read(servers, list(CONSUMERS))]
        return cls(events, [Event.of(record) for record in await read(servers, [DEAD_LETTERS])])

    @property
    def repeated(self) -> int:
        """How many records are repeats of another, which at-least-once delivery allows."""
        return len(self.events) - len({event.key for event in self.events})


async def broken(db: Database, journal: Journal, planted: AbstractSet[str]) -> list[str]:
    """List what does not fit; `planted` are the ids of the events that had to become dead letters."""
    events = [event for event in journal.events if event.id not in planted]
    rows = await db.fetch(OUTBOX)
    handled = {(row["consumer"], row["source"], row["id"]): row["outcome"] for row in await db.fetch(INBOX)}
    written = {(row["topic"], row["source"], row["event_id"]) for row in rows}
    published = {event.key for event in events}
    found = [
        f"written twice to the outbox: {row['event_id']}"
        for row in rows
        if row["times"] > 1 and row["topic"] != DEAD_LETTERS  # every function that could not read it says so
    ]
    found += [f"in the outbox, but on no topic: {one}" for one in sample(written - published, DEAD_LETTERS)]
    found += [f"on a topic, but never committed: {one}" for one in sample(published - written)]
    found += contradictions(events)
    found += unhandled(events, handled)
    letters = {letter.id for letter in journal.letters}
    found += [f"a dead letter that nobody meant: {one}" for one in sorted(letters - planted)[:5]]
    found += [f"a dead letter that is missing: {one}" for one in sorted(planted - letters)[:5]]
    known = {row["activity_id"] for row in await db.fetch(ACTIVITIES)}
    told = Counter(activity_of(event) for event in distinct(events) if event.type == ACTIVITY)
    found += [f"an activity that was never told of: {one}" for one in sorted(known - set(told))[:5]]
    found += [f"an activity that was told of and is lost: {one}" for one in sorted(set(told) - known)[:5]]
    return found + [f"an activity under two ids: {one}" for one, times in told.items() if times > 1][:5]


def sample(keys: Iterable[tuple[str, str, str]], leave_out: str = "") -> list[tuple[str, str, str]]:
    """Take the first few."""
    return sorted(key for key in keys if key[0] != leave_out)[:5]


def distinct(events: Iterable[Event]) -> list[Event]:
    """Leave repeats out."""
    return list({event.key: event for event in events}.values())


def contradictions(events: Iterable[Event]) -> list[str]:
    """Find events that share an id and say different things."""
    contents: dict[tuple[str, str, str], set[bytes]] = {}
    for event in events:
        contents.setdefault(event.key, set()).add(event.data)
    return [f"one id, different contents: {key}" for key, said in contents.items() if len(said) > 1][:5]


def unhandled(events: Iterable[Event], handled: dict[tuple[str, str, str], str]) -> list[str]:
    """Find events that one of their functions did not handle."""
    found = []
    for event in distinct(events):
        known = CONSUMERS[event.topic].get(event.type)
        if known is None:
            found.append(f"{event.type} is on {event.topic}: {event.id}")
        for consumer in (*(known or ()), *others(event)):
            outcome = handled.get((consumer, event.source, event.id))
            if outcome != "handled":
                found.append(f"{event.type} {event.id} is {outcome or 'unknown'} to {consumer}")
    return found[:10]


def others(event: Event) -> tuple[str, ...]:
    """Name who besides progress has to have handled an activity."""
    return BY_KIND.get(json.loads(event.data).get("kind"), ()) if event.type == ACTIVITY else ()


def activity_of(event: Event) -> str:
    """Read the id of an activity."""
    found: str = json.loads(event.data)["activity_id"]
    return found
