"""Activities for tests, by hand and by chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from events.models import ActivityDetail, ActivityRecorded
from functions.progress.topics import TOPICS

STUDENT = UUID(int=7)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HINTS = ("none", "nudge", "where", "how", "worked", "solution")
shares = st.floats(0, 1, allow_nan=False)
moments = st.integers(0, 40 * 24 * 60).map(lambda minutes: NOON - timedelta(minutes=minutes))


def activity(kind: Any, at: datetime = NOON, topic: Any = "basics", **detail: Any) -> ActivityRecorded:
    """Make an activity with an id of its own."""
    return ActivityRecorded(
        activity_id=detail.pop("activity_id", None) or uuid4(),
        student_id=detail.pop("student_id", STUDENT),
        kind=kind,
        occurred_at=at,
        topic=topic,
        detail=ActivityDetail(**detail),
    )


@st.composite
def activities(draw: st.DrawFn) -> ActivityRecorded:
    """Draw any activity; exercises are few, so that some are tried more than once."""
    kind = draw(
        st.sampled_from(
            ["exercise.attempted", "quiz.graded", "code.reviewed", "question.asked", "error.seen"]
        )
    )
    detail: dict[str, Any] = {}
    if kind == "exercise.attempted":
        detail = {
            "exercise_id": UUID(int=(number := draw(st.integers(1, 6)))),
            # Older events name no family.
            "family": draw(st.sampled_from([None, f"bank/{number % 2}"])) if number < 5 else None,
            "difficulty": draw(st.sampled_from([None, "easy", "medium", "hard"])),
            "score": draw(shares),
            "hint_level": draw(st.sampled_from([None, *HINTS])),
        }
    elif kind == "quiz.graded":
        detail = {"quiz_id": draw(st.uuids()), "score": draw(shares)}
    elif kind == "code.reviewed":
        detail = {"quality": draw(st.floats(0, 100, allow_nan=False))}
        detail["substantial"] = draw(st.sampled_from([None, True, False]))
    topic = draw(st.sampled_from([None, *TOPICS[:2]]))
    return activity(kind, draw(moments), topic, activity_id=draw(st.uuids()), **detail)


histories = st.lists(activities(), max_size=30, unique_by=lambda one: one.activity_id)
