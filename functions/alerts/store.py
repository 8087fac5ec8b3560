"""Alerts in the database: facts come in, a student's alerts are derived again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from events.models import ActivityRecorded, Evidence, StruggleCorrected, StruggleDetected
from functions.alerts.alert import Action, Alert, AlertRules, Correction, Detection, Facts, Pass, fold
from functions.alerts.safety import SAFETY, SafetyDetection
from functions.runtime import projection
from functions.runtime.database import Connection
from functions.runtime.erasure import is_erased

LIVE = projection.LIVE.format(name="alerts")
LOCK = "SELECT pg_advisory_xact_lock(hashtext('alerts'), hashtext($1))"
START = f"SELECT {LIVE} AS generation, {is_erased('$1')} AS erased"
DETECTION_COLUMNS = "detection_id, student_id, topic, exercise_id, rule, severity, occurred_at, evidence"
PASS_COLUMNS = "student_id, activity_id, topic, exercise_id, occurred_at"
DETECTED = f"""
INSERT INTO alert_detections (generation, {DETECTION_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING RETURNING true
"""
PASSED = f"""
INSERT INTO alert_passes (generation, {PASS_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING true
"""
CORRECTION_COLUMNS = "student_id, correction_id, fact_id, withdrawn, occurred_at"
CORRECTED = f"""
INSERT INTO alert_corrections (generation, {CORRECTION_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""
CORRECTIONS = """
SELECT correction_id, fact_id, withdrawn, occurred_at AS at FROM alert_corrections
 WHERE student_id = $1 AND generation = $2
"""
DETECTIONS = f"SELECT {DETECTION_COLUMNS} FROM alert_detections WHERE student_id = $1 AND generation = $2"
TROUBLED = "SELECT EXISTS (SELECT FROM alert_detections WHERE student_id = $1 AND generation = $2)"
PASSES = """
SELECT activity_id, occurred_at AS at, topic, exercise_id FROM alert_passes
 WHERE student_id = $1 AND generation = $2
"""
ACTIONS = """
SELECT action_id, topic, rule, action, teacher_id, at, note FROM alert_actions WHERE student_id = $1
"""
FORGET = "DELETE FROM alerts WHERE student_id = $1 AND generation = $2"
NAME = """
UPDATE alert_detections SET alert_id = named.alert_id
  FROM unnest($2::uuid[], $3::uuid[]) AS named(detection_id, alert_id)
 WHERE alert_detections.detection_id = named.detection_id AND generation = $1
   AND alert_detections.alert_id IS DISTINCT FROM named.alert_id
"""
COLUMNS = [
    *("alert_id", "generation", "student_id", "topic", "exercise_id", "rule", "severity", "status"),
    *("evidence", "count", "first_seen", "last_seen", "acknowledged_at", "acknowledged_by"),
    *("resolved_at", "resolved_by", "note"),
]
ACT = """
INSERT INTO alert_actions (student_id, topic, rule, action, teacher_id, at, note)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def detected(db: Connection, found: Detection, rules: AlertRules) -> list[Alert] | None:
    """Take a detection and derive its student's alerts; None when it was there, or the student was erased."""
    return await _take(db, found.student_id, DETECTED, detection_values(found), rules)


async def passed(db: Connection, activity: ActivityRecorded, rules: AlertRules) -> list[Alert] | None:
    """Take an exercise that was passed and derive its student's alerts; None when it was there."""
    return await _take(db, activity.student_id, PASSED, pass_values(activity), rules)


async def corrected(db: Connection, event: StruggleCorrected, rules: AlertRules) -> None:
    """Take that detections and passes do not hold, or hold again, and derive their student's alerts."""
    generation = await _start(db, event.student_id)
    if generation is not None:
        for values in correction_values(event):
            await db.execute(CORRECTED, generation, *values)
        await derive_again(db, generation, event.student_id, rules)


async def facts_of(db: Connection, student_id: UUID, generation: int | None = None) -> Facts:
    """Read all facts of a student; of the live generation, unless another is named."""
    which = await db.fetchval(f"SELECT {LIVE}") if generation is None else generation
    key = (student_id, which)
    return Facts(
        detections=[detection(row) for row in await db.fetch(DETECTIONS, *key)],
        passes=[Pass(**row) for row in await db.fetch(PASSES, *key)],
        actions=[Action(**row) for row in await db.fetch(ACTIONS, student_id)],
        corrections=[Correction(**row) for row in await db.fetch(CORRECTIONS, *key)],
    )


async def act(
    db: Connection,
    alert: Record,
    action: str,
    teacher_id: UUID,
    at: datetime,
    note: str | None,
    rules: AlertRules,
) -> None:
    """Acknowledge or resolve an alert (a row of alert_read), in the caller's transaction."""
    student_id, at = alert["student_id"], max(at, alert["last_seen"])
    generation = await _start(db, student_id)
    if generation is not None:
        await db.execute(ACT, student_id, alert["topic"], alert["rule"], action, teacher_id, at, note)
        await derive_again(db, generation, student_id, rules)


async def derive_again(db: Connection, generation: int, student_id: UUID, rules: AlertRules) -> list[Alert]:
    """Derive a student's alerts from the facts; the caller has locked the student, or builds alone."""
    if not await db.fetchval(TROUBLED, student_id, generation):
        return []
    # All facts of the student: a fold has no shortcut, and a student has few.
    alerts = fold(await facts_of(db, student_id, generation), rules)
    # Written anew as a whole: an alert may change, or go, by a fact that came late.
    await db.execute(FORGET, student_id, generation)
    records = [_values(one, student_id, generation) for one in alerts]
    await db.copy_records_to_table("alerts", records=records, columns=COLUMNS)
    names = [(of, alert.alert_id) for alert in alerts for of in alert.detections]
    await db.execute(NAME, generation, *_columns(names))
    return alerts


def detection(row: Record) -> Detection:
    """Read a detection."""
    values = {name: row[name] for name in DETECTION_COLUMNS.split(", ")}
    evidence = msgspec.json.decode(values.pop("evidence"), type=list[Evidence])
    kind = SafetyDetection if row["rule"] == SAFETY else StruggleDetected
    return kind(alert_id=values.pop("detection_id"), evidence=evidence, **values)


def detection_values(one: Detection) -> tuple[Any, ...]:
    """Write a detection, in the order of DETECTION_COLUMNS."""
    return (
        one.alert_id,
        one.student_id,
        one.topic,
        one.exercise_id,
        one.rule,
        one.severity,
        one.occurred_at,
        encoded(one.evidence),
    )


def pass_values(one: ActivityRecorded) -> tuple[Any, ...]:
    """Write an exercise that was passed, in the order of PASS_COLUMNS."""
    return one.student_id, one.activity_id, one.topic, one.detail.exercise_id, one.occurred_at


def correction_values(one: StruggleCorrected) -> list[tuple[Any, ...]]:
    """Write a correction, a row for each fact, in the order of CORRECTION_COLUMNS."""
    facts = [(of, True) for of in one.withdrawn] + [(of, False) for of in one.restored]
    return [(one.student_id, one.correction_id, of, gone, one.occurred_at) for of, gone in facts]


def encoded(evidence: Iterable[Evidence]) -> str:
    """Write evidence."""
    pieces = [{k: v for k, v in msgspec.to_builtins(one).items() if v is not None} for one in evidence]
    return msgspec.json.encode(pieces).decode()


async def _start(db: Connection, student_id: UUID) -> int | None:
    await projection.join(db, "alerts")
    await db.execute(LOCK, str(student_id))
    row = await db.fetchrow(START, student_id)
    return None if row is None or row["erased"] else row["generation"]


async def _take(
    db: Connection, student_id: UUID, statement: str, values: Sequence[Any], rules: AlertRules
) -> list[Alert] | None:
    generation = await _start(db, student_id)
    if generation is None or not await db.fetchval(statement, generation, *values):
        return None
    return await derive_again(db, generation, student_id, rules)


def _values(alert: Alert, student_id: UUID, generation: int) -> tuple[Any, ...]:
    derived = {"generation": generation, "student_id": student_id, "evidence": encoded(alert.evidence)}
    return tuple(derived[name] if name in derived else getattr(alert, name) for name in COLUMNS)


def _columns(pairs: list[tuple[UUID, UUID]]) -> tuple[list[UUID], list[UUID]]:
    return [first for first, _ in pairs], [second for _, second in pairs]
