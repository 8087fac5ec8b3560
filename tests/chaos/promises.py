"""What was promised to clients, held against tables and streams."""

from __future__ import annotations

import json
from collections import Counter

from tests.chaos.ledger import Ledger, Person
from tests.chaos.tables import Database

# kind → table, column of the id, route of the key
STORED = {
    "message": ("messages", "message_id", "chat"),
    "submission": ("submissions", "submission_id", "submission"),
    "exercise": ("exercises", "exercise_id", "exercise"),
}
KEYS = "SELECT key, answer ->> $1 AS id FROM idempotency_keys WHERE route = $2 AND key = ANY($3::text[])"
GRADED = "SELECT quiz_id::text FROM quizzes WHERE quiz_id = ANY($1::uuid[]) AND result IS NOT NULL"
RAN = """
SELECT student_id::text, count(*) AS ran FROM activities WHERE kind = 'code.executed' GROUP BY 1
"""
STREAM = "SELECT seq, kind, data FROM stream_events WHERE user_id = $1::uuid ORDER BY seq"


async def broken(db: Database, ledger: Ledger) -> list[str]:
    """List the promises that were not kept."""
    found = [f"the API said what it must not: {one}" for one in ledger.wrong]
    for kind in STORED:
        found += await stored(db, ledger, kind)
    graded = {row["quiz_id"] for row in await db.fetch(GRADED, ledger.ids("quiz"))}
    found += [f"quiz {one} was accepted and is lost" for one in set(ledger.ids("quiz")) - graded]
    ran = {row["student_id"]: row["ran"] for row in await db.fetch(RAN)}
    found += executions(ledger, Counter(ran))
    for person in ledger.people:
        found += await streamed(db, person)
    return found


async def stored(db: Database, ledger: Ledger, kind: str) -> list[str]:
    """Check that what was accepted is stored, under the id and the key that the client knows."""
    table, column, route = STORED[kind]
    accepted = ledger.accepted.get(kind, {})
    ids = ledger.ids(kind)
    query = f"SELECT {column}::text AS id FROM {table} WHERE {column} = ANY($1::uuid[])"
    there = {row["id"] for row in await db.fetch(query, ids)}
    found = [f"{kind} {one} was accepted and is lost" for one in set(ids) - there]
    keys = {row["key"]: row["id"] for row in await db.fetch(KEYS, column, route, list(accepted))}
    return found + [
        f"{kind} {one} was accepted under key {key}, which stands for {keys.get(key)}"
        for key, (one, _) in accepted.items()
        if keys.get(key) != one
    ]


def executions(ledger: Ledger, ran: Counter[str]) -> list[str]:
    """Check the number of executions, from a least to a most: one whose answer got lost may have run."""
    found = []
    for person in ledger.people:
        least, most = ledger.ran[person.id], ledger.tried["execution", person.id]
        if not least <= ran[person.id] <= most:
            found.append(
                f"{person.id}: {ran[person.id]} executions are counted, "
                f"of {most} that were sent {least} came back"
            )
    return found


async def streamed(db: Database, person: Person) -> list[str]:
    """Check that a client heard every event of its stream once, in order, as it was written."""
    rows = await db.fetch(STREAM, person.id)
    written = [(row["seq"], row["kind"], json.loads(row["data"])) for row in rows]
    if person.heard == written:
        return []
    numbers = [number for number, _, _ in person.heard]
    missed = {number for number, _, _ in written} - set(numbers)
    again = [number for number, times in Counter(numbers).items() if times > 1]
    return [
        f"stream of {person.id}: {len(written)} events written, {len(numbers)} heard, "
        f"missed {sorted(missed)[:10]}, heard again {again[:10]}, in order: {numbers == sorted(numbers)}"
    ]
