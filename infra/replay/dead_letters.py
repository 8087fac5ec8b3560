"""Listing dead letters, sending them again, and dropping them; what was done is kept in PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from asyncpg import Record as Row

from events.wire import Event, to_record
from functions.runtime.catalog import by_name
from functions.runtime.database import Connection
from functions.runtime.envelope import DEAD_LETTER, Outgoing
from functions.runtime.erasure import ERASED_IDS
from functions.runtime.errors import Malformed
from infra.replay.dead_letter import DeadLetter, FunctionAt
from infra.replay.environment import Environment
from infra.replay.errors import Refused
from infra.replay.kafka import Kafka
from infra.replay.progress import Say
from infra.replay.request import Letters
from infra.replay.source import function_of

WAIT_S = 30.0
LOOK_S = 0.2
DONE = """
SELECT DISTINCT ON (partition, record)
       partition, record, event_source, event_id, action, done_by, done_at, note
  FROM dead_letter_actions ORDER BY partition, record, action_id DESC
"""
NOTE = """
INSERT INTO dead_letter_actions (partition, record, event_source, event_id, action, done_by, note)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
# Attempts go on counting, since they tell claims apart; those from before no longer count against the event.
OPEN = """
UPDATE inbox SET done_at = NULL, outcome = NULL, deferrals = attempts, lease_until = clock_timestamp()
 WHERE consumer = $1 AND source = $2 AND id = $3 AND outcome = 'dead'
"""
STATE = "SELECT outcome, last_error FROM inbox WHERE consumer = $1 AND source = $2 AND id = $3"
ERASED = f"{ERASED_IDS} WHERE user_id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class DeadLetterState:
    """A dead letter and what was done about it; `erased` when its student is no more."""

    letter: DeadLetter
    done: Row | None
    erased: bool

    @property
    def state(self) -> str:
        """Say what was done, by whom and when."""
        if self.erased:
            return "its student was erased"
        if self.done is None:
            return "open"
        added = f": {self.done['note']}" if self.done["note"] else ""
        return f"{self.done['action']} by {self.done['done_by']} {self.done['done_at']:%Y-%m-%d %H:%M}{added}"


async def deal(request: Letters, place: Environment, kafka: Kafka, say: Say) -> None:
    """Do what is asked for."""
    async with place.database() as db:
        chosen = choose(request, await known(db, kafka, function_at(place)))
        match request.action:
            case "list":
                listed(chosen, say)
            case "show":
                shown(chosen, say)
            case "drop":
                await drop(request, chosen, db, say)
            case "retry":
                await Retry(request, place, kafka, db, say).all(chosen)


async def known(db: Connection, kafka: Kafka, at: FunctionAt) -> list[DeadLetterState]:
    """Read all dead letters that Kafka has, oldest first."""
    found = [
        DeadLetter.of(record, at)
        async for records in kafka.read(await kafka.span(DEAD_LETTER))
        for record in records
    ]
    done = {(row["partition"], row["record"]): row for row in await db.fetch(DONE)}
    students = {letter.name: student for letter in found if (student := student_of(letter))}
    rows = await db.fetch(ERASED, list(set(students.values())))
    erased = {row["user_id"] for row in rows}
    return [
        DeadLetterState(
            letter,
            same(letter, done.get((letter.partition, letter.offset))),
            students.get(letter.name) in erased,
        )
        for letter in sorted(found, key=lambda letter: (letter.at, letter.partition, letter.offset))
    ]


def same(letter: DeadLetter, row: Row | None) -> Row | None:
    """Leave out what was done about another record of the same place, in a cluster that is no more."""
    key = (letter.event.attributes["source"], letter.event.attributes["id"])
    return row if row is not None and (row["event_source"], row["event_id"]) == key else None


def student_of(letter: DeadLetter) -> UUID | None:
    """Return whom an event is about, as far as it can be read."""
    try:
        return UUID(letter.event.attributes.get("subject", ""))
    except ValueError:
        return None


def function_at(place: Environment) -> FunctionAt:
    """Return how an address becomes a function: by the Service's name in a cluster, by its port here."""
    services = {str(one["metadata"]["name"]) for one in place.manifests.services()}

    def find(address: str) -> str | None:
        host = address.partition("//")[2].partition("/")[0]
        name = place.addresses.get(host) or host.partition(".")[0]
        return function_of(place.manifests, name) if name in services else None

    return find


def choose(request: Letters, found: Sequence[DeadLetterState]) -> list[DeadLetterState]:
    """Pick the letters that are meant; raises Refused for one that there is not."""
    if request.records:
        letters = {one.letter.name: one for one in found}
        if missing := [name for name in request.records if name not in letters]:
            raise Refused(f"there is no dead letter {', '.join(missing)}")
        return [letters[name] for name in request.records]
    return [
        one
        for one in found
        if one.letter.passes(request.chosen) and (request.everything or one.state == "open")
    ]


def listed(chosen: Sequence[DeadLetterState], say: Say) -> None:
    """Show one line for each."""
    say(f"{'record':<12}{'when (UTC)':<21}{'function':<14}{'reason':<18}{'type':<36}state")
    for one in chosen:
        letter = one.letter
        kind = letter.type.removeprefix("learnflow.")[:34]
        say(
            f"{letter.name:<12}{letter.at:%Y-%m-%d %H:%M:%S}  {letter.function or '?':<14}"
            f"{letter.reason:<18}{kind:<36}{one.state}"
        )
    say(f"{len(chosen):,} dead letters")


def shown(chosen: Sequence[DeadLetterState], say: Say) -> None:
    """Show all of each; what a student wrote who was erased is not."""
    for one in chosen:
        lines = [f"{one.letter.name}"] if one.erased else [*one.letter.whole()]
        say("\n".join([*lines, f"  state: {one.state}"]))


async def drop(request: Letters, chosen: Sequence[DeadLetterState], db: Connection, say: Say) -> None:
    """Note that letters need nothing more; Kafka keeps them as long as its topic does."""
    async with db.transaction():
        for one in chosen:
            await note(db, one.letter, "dropped", request)
    say(f"{len(chosen):,} dropped by {request.by}")


async def note(db: Connection, letter: DeadLetter, action: str, request: Letters) -> None:
    """Keep what was done, by whom."""
    attributes = letter.event.attributes
    key = (letter.partition, letter.offset, attributes["source"], attributes["id"])
    await db.execute(NOTE, *key, action, request.by, request.note)


@dataclass(frozen=True, slots=True)
class Retry:
    """Sends letters to their topics again.

    Only the function that a letter failed in takes it; the others that read the topic know it already.
    """

    request: Letters
    place: Environment
    kafka: Kafka
    db: Connection
    say: Say

    async def all(self, chosen: Sequence[DeadLetterState]) -> None:
        """Send letters again and say what became of them."""
        events = [(one.letter, self.event(one)) for one in chosen]
        for letter, event in events:
            await self.send(letter, event)
        for letter, _ in events:
            self.say(f"{letter.name}: {await self.outcome(letter)}")

    def event(self, one: DeadLetterState) -> Event:
        """Return the event to send; raises Refused when it must not be sent, before any is."""
        reason = "its student was erased" if one.erased else one.letter.obstacle()
        if reason is not None:
            raise Refused(f"{one.letter.name}: {reason}; nothing was sent")
        original = one.letter.original()
        if self.request.data is None:
            return original
        try:
            data = self.request.data.read_bytes()
            by_name()[one.letter.type].decode(msgspec.json.decode(data), original.attributes)
        except OSError as error:
            raise Refused(f"--data: {error}") from error
        except (msgspec.DecodeError, Malformed) as error:
            raise Refused(f"--data: {error}") from error
        unsigned = Outgoing(str(one.letter.topic), original.attributes, data)
        return Event(self.place.signatures.sign(unsigned).attributes, data)

    async def send(self, letter: DeadLetter, event: Event) -> None:
        """Open the function's inbox for the event, and put it on its topic.

        The function waits for the commit should the event reach it before that.
        """
        async with self.db.transaction():
            await self.db.execute(OPEN, *self.key(letter))
            await note(self.db, letter, "retried", self.request)
            await self.kafka.write(str(letter.topic), to_record(event))

    async def outcome(self, letter: DeadLetter) -> str:
        """Wait for what the function makes of it."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            row = await self.db.fetchrow(STATE, *self.key(letter))
            if row is not None and row["outcome"] == "handled":
                return "handled"
            if row is not None and row["outcome"] == "dead":
                return f"failed again: {row['last_error']}"
            await asyncio.sleep(LOOK_S)
        return (
            f"sent to {letter.topic}, not handled after {WAIT_S:.0f} s; a failure becomes a new dead letter"
        )

    def key(self, letter: DeadLetter) -> tuple[str, str, str]:
        """Return the key of the event in the inbox of its function."""
        attributes = letter.event.attributes
        return str(letter.function), attributes["source"], attributes["id"]
