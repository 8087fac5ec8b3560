"""Progress: adds up what students do, and tells them how it goes."""

from __future__ import annotations

from events.models import ActivityRecorded, ExerciseGenerated, ProgressAsked
from functions.progress import reading, store
from functions.progress.quizzing import quiz
from functions.progress.settings import ProgressSettings
from functions.progress.struggle import alarm, quiz_failed
from functions.progress.summary import answer
from functions.runtime import Work, consumes


@consumes(ActivityRecorded, ExerciseGenerated, ProgressAsked, uses=(ProgressSettings,), lease=False)
async def progress(event: ActivityRecorded | ExerciseGenerated | ProgressAsked, work: Work) -> None:
    """Handle one event."""
    match event:
        case ActivityRecorded():
            await record(event, work)
        case ExerciseGenerated():
            async with work.transaction() as db:
                await store.record_given(db, event)
        case ProgressAsked(wish="quiz" | "quiz_answer" | "mistakes"):
            await quiz(event, work)
        case ProgressAsked():
            await tell(event, work)


async def record(activity: ActivityRecorded, work: Work) -> None:
    """Add an activity, and notice a failed quiz."""
    settings = work.use(ProgressSettings)
    async with work.transaction() as db:
        new = await store.record(db, activity, settings.rules)
        # Only when it is new: an event that comes twice must not alarm twice.
        if new and quiz_failed(activity, settings.failed_below, settings.least_questions):
            work.publish(alarm(activity))


async def tell(asked: ProgressAsked, work: Work) -> None:
    """Answer a question about one's own progress."""
    rules = work.use(ProgressSettings).rules
    async with work.read() as db:
        known = await reading.progress_of(db, asked.student_id, work.now, rules)
        untried = await reading.untried(db, asked.student_id)
    work.publish(answer(asked, known, untried))
