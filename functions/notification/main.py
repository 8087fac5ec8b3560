"""Notification: makes alerts of struggles, tells the teachers, and ends alerts when the tests pass."""

from __future__ import annotations

from events.models import ActivityRecorded, SafetyRaised, StruggleCorrected, StruggleDetected
from functions.alerts import store
from functions.alerts.notifying import notify, send_digests
from functions.alerts.safety import detection_of
from functions.notification.settings import NotificationSettings
from functions.runtime import Tick, Work, consumes


@consumes(
    StruggleDetected,
    StruggleCorrected,
    SafetyRaised,
    ActivityRecorded,
    Tick,
    uses=(NotificationSettings,),
    lease=False,
    kinds=("exercise.completed",),
)
async def notification(
    event: StruggleDetected | StruggleCorrected | SafetyRaised | ActivityRecorded | Tick, work: Work
) -> None:
    """Handle one event."""
    settings = work.use(NotificationSettings)
    match event:
        case StruggleDetected():
            async with work.transaction() as db:
                alerts = await store.detected(db, event, settings.rules)
                await notify(db, event.student_id, event.alert_id, alerts or [], work.now, settings.rules)
        case SafetyRaised():
            async with work.transaction() as db:
                alerts = await store.detected(db, detection_of(event), settings.rules)
                await notify(db, event.student_id, event.alert_id, alerts or [], work.now, settings.rules)
        case StruggleCorrected():
            async with work.transaction() as db:
                await store.corrected(db, event, settings.rules)
        case ActivityRecorded(kind="exercise.completed"):
            async with work.transaction() as db:
                await store.passed(db, event, settings.rules)
        case Tick():
            async with work.transaction() as db:
                await send_digests(db, work.now, settings.digest_after)
