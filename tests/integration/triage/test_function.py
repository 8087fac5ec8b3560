"""Every question becomes exactly one event that leads to one answer."""

from __future__ import annotations

from typing import Any

import pytest

QUERY = "learnflow.query.submitted.v1"
WAYS = {
    "What is a for loop?": "concepts-requests",
    "I get NameError: name 'x' is not defined": "debug-requests",
    "Give me an exercise on lists": "exercise-requests",
    "How am I doing?": "progress-events",
    "hi there": "learning-responses",
    "who won the world cup": "learning-responses",
}


@pytest.fixture
def triage(start: Any) -> Any:
    return start("triage")


def ways(sinks: Any) -> list[str]:
    asked = [event for event in sinks.received if not event.type.startswith("learnflow.activity")]
    return [event.sink for event in asked if event.sink != "struggle-detected"]


@pytest.mark.parametrize(("text", "sink"), WAYS.items())
def test_a_question_goes_one_way(text: str, sink: str, triage: Any, sinks: Any, ids: Any) -> None:
    assert triage.send(QUERY, {**ids, "text": text, "level": "beginner"}).status_code == 200
    assert ways(sinks) == [sink]
    [activity] = [event for event in sinks.received if event.type == "learnflow.activity.recorded.v1"]
    assert (activity.data["kind"], activity.data["detail"]["message_id"]) == (
        "question.asked",
        ids["message_id"],
    )


def test_a_review_in_chat_becomes_a_submission(triage: Any, sinks: Any, ids: Any) -> None:
    triage.send(QUERY, {**ids, "text": "Can you review this?", "code": "print(1)", "level": "learning"})
    [event] = sinks.to("code-submissions")
    assert (event.data["message_id"], event.data["code"]) == (ids["message_id"], "print(1)")


def test_a_stuck_student_is_noticed_whatever_the_question(triage: Any, sinks: Any, ids: Any) -> None:
    text = "I really don't understand recursion"
    triage.send(QUERY, {**ids, "text": text, "level": "beginner"})
    [event] = sinks.to("struggle-detected")
    assert (event.data["rule"], event.data["topic"]) == ("stuck", "functions")
    assert event.data["evidence"][0]["summary"] == text
    assert ways(sinks) == ["concepts-requests"]


def test_an_exercise_without_a_topic_is_about_what_was_talked_of(triage: Any, sinks: Any, ids: Any) -> None:
    triage.send(QUERY, {**ids, "text": "What is a dictionary?", "level": "learning"})
    later = {**ids, "message_id": ids["student_id"], "text": "give me an exercise", "level": "learning"}
    triage.send(QUERY, later)
    [event] = sinks.to("exercise-requests")
    assert (event.data["topic"], event.data["difficulty"]) == ("data-structures", "medium")
