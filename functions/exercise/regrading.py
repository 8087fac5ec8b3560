"""Grade a student's hand-ins again by the tests of today; first only to see what would differ.

The dry run does everything but the writing. The real one puts the new grades in the place of the old, which
are kept with the reason, gives the exercises their tests of today, and tells of it by events: activities that
take the place of earlier ones, and a correction of what alerts are made of. A rebuild from the topics ends
with the same numbers. Cost: one grading for each different program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from events.models import ActivityRecorded, RegradeRequested, StruggleCorrected
from functions.alerts import store as alert_store
from functions.exercise import proposals, store
from functions.exercise import regrade_store as kept
from functions.exercise.bank import Bank
from functions.exercise.instance import examples
from functions.exercise.regrade_effects import (
    Corrections,
    Regraded,
    activities_of,
    alert_changes,
    corrections_of,
    joined,
    lost_passes,
    mastery_changes,
)
from functions.exercise.regrade_store import HandIn
from functions.exercise.settings import ExerciseSettings
from functions.exercise.struggle import Attempt
from functions.exercise.submitting import run
from functions.exercise.todays_tests import Task, current_tests, of_today
from functions.grading import wording
from functions.grading.checks import Test
from functions.grading.errors import SandboxAway
from functions.grading.grades import Grade
from functions.progress import reading
from functions.progress.days import local_day
from functions.progress.levels import LevelRules
from functions.runtime import RetryLater, Work
from functions.runtime.database import Connection
from functions.runtime.sandbox import Sandbox

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Effects:
    """What the new grades of a student change."""

    activities: list[ActivityRecorded]
    correction: Corrections
    mastery: list[dict[str, object]]
    alerts: list[dict[str, object]]


async def regrade(event: RegradeRequested, work: Work) -> None:
    """Grade again what one student handed in for some exercises."""
    async with work.read() as db:
        if await store.erased(db, event.student_id):
            return
        tasks = await kept.tasks(db, event.student_id, event.exercise_ids)
        hand_ins = await kept.hand_ins(db, event.student_id, [task.exercise_id for task in tasks])
        extra = await proposals.accepted(db, [task.bank_id for task in tasks], event.proposal_id)
        instances = [of_today(task, work.use(Bank)) for task in tasks]
        proven = await store.verified(db, [one for one in instances if one is not None])
    settings, sandbox = work.use(ExerciseSettings), work.use(Sandbox)
    try:
        async with asyncio.timeout(settings.grading_s):
            tests = {
                task.exercise_id: await current_tests(
                    sandbox, task, work.use(Bank), proven, extra.get(task.bank_id, ())
                )
                for task in tasks
            }
            regraded = await grade_all(sandbox, tasks, hand_ins, tests, settings.grading_s)
    except (SandboxAway, TimeoutError):
        if work.attempt < settings.sandbox_tries:
            raise RetryLater("the hand-ins could not be graded again") from None
        async with work.transaction() as db:
            await kept.finish(db, event.regrade_id, event.student_id, status="failed")
        return
    await conclude(event, tasks, tests, regraded, work)


async def grade_all(
    sandbox: Sandbox,
    tasks: Sequence[Task],
    hand_ins: Sequence[HandIn],
    tests: dict[UUID, list[Test]],
    limit_s: float,
) -> list[Regraded]:
    """Grade each different program once, a few at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(exercise_id: UUID, code: str) -> Grade:
        async with turns:
            return await run(sandbox, code, tests[exercise_id], limit_s=limit_s)

    different = list(dict.fromkeys((hand_in.exercise_id, hand_in.code) for hand_in in hand_ins))
    grades = dict(zip(different, await asyncio.gather(*(one(*key) for key in different)), strict=True))
    by_id = {task.exercise_id: task for task in tasks}
    return [
        Regraded(hand_in, grades[hand_in.exercise_id, hand_in.code], by_id[hand_in.exercise_id])
        for hand_in in hand_ins
    ]


async def conclude(
    event: RegradeRequested,
    tasks: Sequence[Task],
    tests: dict[UUID, list[Test]],
    regraded: Sequence[Regraded],
    work: Work,
) -> None:
    """Write what differs; unless it is a dry run, put the new grades in place and tell of them."""
    ids = [task.exercise_id for task in tasks]
    async with work.transaction() as db:
        await kept.lock(db, ids)
        if await kept.graded(db, event.student_id, ids) != len(regraded):
            raise RetryLater("something was graded meanwhile")
        effects = await effects_of(db, event, tasks, regraded, work)
        for one in regraded:
            if one.differs:
                await kept.keep(db, event.regrade_id, event.student_id, one.hand_in, one.grade, work.now)
        if not event.dry_run:
            await put_in_place(db, event, tests, regraded, work)
            await tell(db, event, effects, work)
        await kept.finish(
            db,
            event.regrade_id,
            event.student_id,
            status="done",
            submissions=len(regraded),
            mastery=effects.mastery,
            alerts=effects.alerts,
        )


async def effects_of(
    db: Connection, event: RegradeRequested, tasks: Sequence[Task], regraded: Sequence[Regraded], work: Work
) -> Effects:
    """Find out what the new grades change."""
    settings, student_id = work.use(ExerciseSettings), event.student_id
    zone, facts = await reading.facts_of(db, student_id)
    struggles = await alert_store.facts_of(db, student_id)
    added = [
        activity
        for one in regraded
        if one.counts_otherwise
        for activity in activities_of(one, student_id, work.now, work.uuid)
    ]
    corrections = []
    for task in tasks:
        own = [attempt_of(one) for one in regraded if one.task.exercise_id == task.exercise_id]
        raised = await kept.raised(db, student_id, task.exercise_id)
        limits = settings.thresholds
        corrections.append(corrections_of(student_id, task, own, raised, struggles.withdrawn, limits))
    correction = joined(corrections, lost_passes(facts, regraded))
    rules = work.use(LevelRules).mastery
    return Effects(
        activities=added,
        correction=correction,
        mastery=mastery_changes(facts, added, zone, local_day(work.now, zone), rules),
        alerts=alert_changes(struggles, correction, added, work.now, settings.alerts),
    )


def attempt_of(one: Regraded) -> Attempt:
    """Give an attempt as it is by its new grade."""
    return replace(one.hand_in.attempt, status=one.grade.status, summary=wording.summary(one.grade))


async def put_in_place(
    db: Connection,
    event: RegradeRequested,
    tests: dict[UUID, list[Test]],
    regraded: Sequence[Regraded],
    work: Work,
) -> None:
    """Put the new grades and tests in the place of the old ones, and let open pages know."""
    changed = [one for one in regraded if one.differs]
    for one in changed:
        await kept.replace_grade(db, one.hand_in, one.grade, wording.summary(one.grade))
    for exercise_id, today in tests.items():
        await kept.replace_tests(db, exercise_id, today, examples(today))
    await kept.tell_student(db, event.student_id, [one.hand_in.submission_id for one in changed])


async def tell(db: Connection, event: RegradeRequested, effects: Effects, work: Work) -> None:
    """Publish the grades that count otherwise, and what becomes of detections."""
    for activity in effects.activities:
        work.publish(activity)
    correction = effects.correction
    for found in correction.added:
        ids = (found.alert_id, event.student_id, found.exercise_id or found.alert_id)
        await store.first_time(db, *ids, found.rule, found.occurred_at)
        work.publish(found)
    # Something that was told before does not hold, or holds again.
    if correction.withdrawn or correction.restored:
        work.publish(
            StruggleCorrected(
                correction_id=work.uuid("correction"),
                student_id=event.student_id,
                withdrawn=correction.withdrawn,
                restored=correction.restored,
                occurred_at=work.now,
            )
        )
