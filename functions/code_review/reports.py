"""The events that code review publishes."""

from __future__ import annotations

from events.models import ActivityDetail, ActivityRecorded, CodeSubmitted, ResponseProduced
from functions.analysis.substance import substantial
from functions.answers.answer import Answer
from functions.answers.response import response as answered
from functions.code_review.review import Review
from functions.code_review.store import Task
from functions.knowledge.code_topics import topic_of_code
from functions.runtime import Work


def response(submission: CodeSubmitted, worded: Answer) -> ResponseProduced:
    """Wrap a review as the event that answers a submission, or a message."""
    return answered(
        submission,
        "code_review",
        worded,
        submission_id=submission.submission_id,
        exercise_id=submission.exercise_id,
    )


def reviewed(submission: CodeSubmitted, made: Review, task: Task | None, work: Work) -> ActivityRecorded:
    """Record the rating; a program that could not be rated records nothing."""
    topic = task.topic if task else topic_of_code(submission.code)
    passed = task is not None and made.complete
    return ActivityRecorded(
        activity_id=work.uuid("activity"),
        student_id=submission.student_id,
        kind="code.reviewed",
        topic=topic,
        occurred_at=work.event.time,
        detail=ActivityDetail(
            submission_id=submission.submission_id,
            exercise_id=submission.exercise_id,
            message_id=submission.message_id,
            quality=float(made.quality),
            # Who passes the tests of an exercise has done its work, in however few lines; a program of one's
            # own must have something to rate.
            substantial=passed or (task is None and substantial(submission.code, topic)),
        ),
    )
