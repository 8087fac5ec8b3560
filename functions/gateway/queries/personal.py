"""Everything that is stored of a user: where it is, how it is exported, how it is erased."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from functions.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Store:
    """A table with a column that says whose its rows are; `hidden` columns are no part of an export."""

    table: str
    owner: str = "student_id"
    hidden: tuple[str, ...] = ()


# A test compares this with the database: a table that names a user has to be here.
STORES = (
    Store("users", "user_id", ("password_hash",)),
    Store("sessions", "user_id"),
    Store("idempotency_keys", "user_id", ("digest",)),
    Store("conversations"),
    Store("messages"),
    Store("submissions"),
    Store("submission_failures"),
    Store("quizzes", hidden=("seed", "questions")),
    Store("classes", "teacher_id"),
    Store("class_members"),
    Store("student_views"),
    Store("student_views", "viewer_id"),
    Store("user_streams", "user_id"),
    Store("stream_events", "user_id"),
    Store("conversation_topics"),
    Store("ai_calls"),
    Store("exercises", hidden=("solution", "tests", "bank_id", "seed", "content_hash")),
    Store("exercise_help"),
    Store("grades"),
    Store("reviews"),
    Store("attempts"),
    Store("struggles"),
    Store("debug_cases"),
    Store("debug_hints"),
    Store("error_sightings"),
    Store("activities"),
    Store("student_progress"),
    Store("topic_progress"),
    Store("exercise_results"),
    Store("given_exercises"),
    Store("alert_detections"),
    Store("alert_passes"),
    Store("alert_actions"),
    Store("alerts"),
    Store("alert_notices"),
    Store("digest_entries"),
    Store("digest_entries", "teacher_id"),
    Store("notification_preferences", "teacher_id"),
)
# Erased users are known here by their id alone, which is the point of it.
# What a teacher did about an alert belongs to the student it is about.
EXEMPT = frozenset({("erased_users", "user_id"), ("alert_actions", "teacher_id")})

EXPORT = "SELECT to_jsonb(t) - $2::text[] FROM {table} AS t WHERE t.{owner} = $1"
ERASE = "DELETE FROM {table} WHERE {owner} = $1"
SWEEP = "DELETE FROM {table} WHERE {owner} IN (SELECT user_id FROM erased_users)"
REMEMBER = "INSERT INTO erased_users (user_id) VALUES ($1) ON CONFLICT DO NOTHING"
ERASE_EVENTS = "DELETE FROM outbox WHERE attributes ->> 'subject' = $1"


async def export(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Read all rows of a user, by table, as they were at one moment."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with db.transaction(isolation="repeatable_read", readonly=True):
        for store in STORES:
            statement = EXPORT.format(table=store.table, owner=store.owner)
            rows = await db.fetch(statement, user_id, list(store.hidden))
            found.setdefault(store.table, []).extend(json.loads(row[0]) for row in rows)
    return found


async def erase(db: Connection, user_id: UUID) -> None:
    """Erase all rows of a user, in the caller's transaction; only the id is remembered."""
    await db.execute(REMEMBER, user_id)
    for store in reversed(STORES):
        await db.execute(ERASE.format(table=store.table, owner=store.owner), user_id)
    await db.execute(ERASE_EVENTS, str(user_id))


async def sweep(db: Connection) -> None:
    """Erase what came after its user was erased: events that were on their way, or a replay of a topic."""
    for store in reversed(STORES):
        await db.execute(SWEEP.format(table=store.table, owner=store.owner))
