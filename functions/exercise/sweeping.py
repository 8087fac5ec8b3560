"""Look for students who are stuck: nothing happens then, so nothing but the clock can tell."""

from __future__ import annotations

from functions.exercise import store, struggle
from functions.exercise.settings import ExerciseSettings
from functions.exercise.struggle import Thresholds
from functions.exercise.struggle_events import alarm
from functions.runtime import Work


async def sweep(work: Work) -> None:
    """Publish an alarm for each exercise somebody stalls at, once for each episode."""
    limits = work.use(ExerciseSettings).thresholds
    async with work.transaction() as db:
        since = work.now - limits.stalled_after - 2 * limits.new_episode_after
        for one in await store.worked_on(db, since, least_attempts(limits)):
            attempts = await store.attempts(db, one.student_id, one.exercise_id)
            for detection in struggle.stalled(attempts, work.now, limits):
                event = alarm(one.student_id, one.exercise_id, one.topic, detection)
                ids = (event.alert_id, one.student_id, one.exercise_id)
                if await store.first_time(db, *ids, event.rule, event.occurred_at):
                    work.publish(event)


def least_attempts(limits: Thresholds) -> int:
    """How many attempts it takes for so much active time: each adds one gap at most."""
    return limits.stalled_after // limits.longest_gap + 1
