"""Everything that is stored of a user: where it is, how it is exported, how it is erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from functions.runtime.database import Connection
from functions.runtime.erasure import ERASED_IDS


@dataclass(frozen=True, slots=True)
class Store:
    """A table with a column that says whose its rows are; `hidden` columns are no part of an export."""

    table: str
    owner: str = "student_id"
    hidden: tuple[str, ...] = ()


# A test compares this with the database: a table that names a user has to be here.
STORES = (
    Store("users", "user_id", ("password_hash",)),
    Store("sessions", "user_id", ("network",)),
    Store("password_resets", "user_id", ("code_hash",)),
    Store("password_resets", "made_by", ("code_hash",)),
    Store("idempotency_keys", "user_id", ("digest",)),
    Store("conversations"),
    Store("messages"),
    Store("submissions"),
    Store("submission_failures"),
    Store("submission_comments"),
    Store("regraded_students"),
    Store("regraded_submissions"),
    Store("proposed_tests", hidden=("bank_id", "source", "expected", "given")),
    Store("score_overrides"),
    Store("quizzes", hidden=("seed",)),
    Store("classes", "teacher_id"),
    Store("class_members"),
    Store("class_teachers", "teacher_id"),
    Store("class_leavers"),
    Store("student_views"),
    Store("user_streams", "user_id"),
    Store("stream_events", "user_id"),
    Store("conversation_topics"),
    # what a model wrote for another's decision: an exercise with its solution and hidden tests
    Store("ai_calls", hidden=("reply",)),
    Store("exercises", hidden=("solution", "tests", "bank_id", "seed", "content_hash")),
    Store("authored_exercises", "teacher_id"),
    Store("assigned_students"),
    Store("assignments"),
    Store("assignments", "teacher_id"),
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
    Store("alert_corrections"),
    Store("alert_actions"),
    Store("alerts"),
    Store("alert_notices"),
    Store("digest_entries"),
    Store("digest_entries", "teacher_id"),
    Store("notification_preferences", "teacher_id"),
)
# Not exported: erased users are known here by their id alone, which is the point of it; what a teacher did
# about an alert or said about a hand-in, and whom they looked at, belongs to the student it is about; events
# are copies of what is in the tables above.
EXEMPT = frozenset(
    {
        ("erased_users", "user_id"),
        ("alert_actions", "teacher_id"),
        ("submission_comments", "teacher_id"),
        ("score_overrides", "teacher_id"),
        ("regrades", "teacher_id"),
        ("class_assignments", "teacher_id"),
        ("student_views", "viewer_id"),
        ("inbox", "subject"),
    }
)
# They say nothing of a user that is not in the other tables: events on their way, the allowance of a minute.
NOT_EXPORTED = frozenset({"inbox", "outbox", "rate_limits"})

EXPORT = "SELECT to_jsonb(t) - $2::text[] FROM {table} AS t WHERE t.{owner} = $1"
ERASE = "DELETE FROM {table} WHERE {owner} = $1"
SWEEP = f"DELETE FROM {{table}} WHERE {{owner}} IN ({ERASED_IDS})"
REMEMBER = "INSERT INTO erased_users (user_id) VALUES ($1) ON CONFLICT DO NOTHING"
# Without its row an event that is being handled cannot be finished, so these go first.
ERASE_EVENTS = (
    "DELETE FROM inbox WHERE subject = $1",
    "DELETE FROM outbox WHERE attributes ->> 'subject' = $1::uuid::text",
)
SWEEP_EVENTS = (
    f"DELETE FROM inbox WHERE subject IN ({ERASED_IDS})",
    f"DELETE FROM outbox WHERE attributes ->> 'subject' IN (SELECT e.user_id::text FROM ({ERASED_IDS}) AS e)",
)
EXPECTED = "DELETE FROM roster_entries WHERE email = (SELECT lower(email) FROM users WHERE user_id = $1)"
ALLOWANCES = "DELETE FROM rate_limits WHERE key LIKE '%:' || $1::uuid::text"
# What teachers were told of the student; of a digest the other students' alerts stay.
ERASE_TOLD = (
    "DELETE FROM stream_events WHERE kind = 'alert' AND data #>> '{student,student_id}' = $1::uuid::text",
    """
UPDATE stream_events SET data = jsonb_build_object('digest', (
       SELECT coalesce(jsonb_agg(alert), '[]') FROM jsonb_array_elements(data -> 'digest') AS alert
        WHERE alert #>> '{student,student_id}' <> $1::uuid::text))
 WHERE kind = 'alert' AND data @> jsonb_build_object('digest', jsonb_build_array(
       jsonb_build_object('student', jsonb_build_object('student_id', $1::uuid::text))))
""",
)

ERASE_TOLD_TEACHER = (
    *(f"{statement.rstrip()} AND user_id = $2" for statement in ERASE_TOLD),
    "DELETE FROM digest_entries WHERE student_id = $1 AND teacher_id = $2",
)
PREFETCH = 50


async def export(db: Connection, user_id: UUID) -> AsyncIterator[tuple[str, str]]:
    """Read all rows of a user as they were at one moment: the name of a table, and a row as JSON.

    Rows come a few at a time and all of a table together, so that memory does not grow with what is stored.
    """
    async with db.transaction(isolation="repeatable_read", readonly=True):
        for store in sorted(STORES, key=lambda one: one.table):
            statement = EXPORT.format(table=store.table, owner=store.owner)
            async for row in db.cursor(statement, user_id, list(store.hidden), prefetch=PREFETCH):
                yield store.table, row[0]


async def told_of(db: Connection, teacher_id: UUID, student_id: UUID) -> None:
    """Erase what a teacher was told of a student who is in none of their classes any more."""
    for statement in ERASE_TOLD_TEACHER:
        await db.execute(statement, student_id, teacher_id)


async def erase(db: Connection, user_id: UUID) -> None:
    """Erase everything of a user, outside of any transaction; only the id is remembered.

    Once it is remembered, no function takes an event of the user any more. Each table is then emptied by a
    statement of its own, so that none waits for another's locks; the account goes last. Should it be
    interrupted, the sweep does the rest.
    """
    await db.execute(REMEMBER, user_id)
    for statement in (*ERASE_EVENTS, *ERASE_TOLD, ALLOWANCES, EXPECTED):
        await db.execute(statement, user_id)
    for store in reversed(STORES):
        await db.execute(ERASE.format(table=store.table, owner=store.owner), user_id)


async def sweep(db: Connection) -> None:
    """Erase what was left: by a request that was on its way, or by an erasure that was interrupted."""
    for statement in SWEEP_EVENTS:
        await db.execute(statement)
    for store in reversed(STORES):
        await db.execute(SWEEP.format(table=store.table, owner=store.owner))
