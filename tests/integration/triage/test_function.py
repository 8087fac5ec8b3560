"""Every question becomes exactly one event that leads to one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.fakes.functions import with_model

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


def test_the_wish_for_a_hint_on_an_exercise_is_help_and_no_alarm(triage: Any, sinks: Any, ids: Any) -> None:
    for text in ("I am stuck with this exercise. Please give me a hint.", "Please give me a hint."):
        about = {
            "exercise_id": ids["student_id"],
            "code": "def area(a, b):\n    pass\n",
            "topic": "functions",
        }
        triage.send(QUERY, {**ids, **about, "text": text, "level": "beginner"})
    assert sinks.to("struggle-detected") == []
    assert ways(sinks) == ["debug-requests", "debug-requests"]


def test_an_exercise_without_a_topic_is_about_what_was_talked_of(triage: Any, sinks: Any, ids: Any) -> None:
    triage.send(QUERY, {**ids, "text": "What is a dictionary?", "level": "learning"})
    later = {**ids, "message_id": ids["student_id"], "text": "give me an exercise", "level": "learning"}
    triage.send(QUERY, later)
    [event] = sinks.to("exercise-requests")
    assert (event.data["topic"], event.data["difficulty"]) == ("data-structures", "easy")


DOUBTFUL = "and the boxes for me"


def test_in_doubt_the_model_decides_with_one_word_and_is_not_asked_otherwise(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    model.behave("say", "Exercise.")
    function = start("triage", **with_model(model))
    function.send(QUERY, {**ids, "text": "What is a for loop?", "level": "beginner"})
    assert (ways(sinks), model.seen()) == (["concepts-requests"], [])
    function.send(QUERY, {**ids, "text": DOUBTFUL, "level": "beginner"})
    assert ways(sinks)[-1] == "exercise-requests"
    assert len(model.seen()) == 1


@pytest.mark.parametrize(
    ("mode", "reply"), [("stall", ""), ("say", "I think it is a debug question"), ("500", "")]
)
def test_a_model_that_gives_no_word_in_time_leaves_the_decision_to_the_classifier(
    mode: str, reply: str, start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    model.behave(mode, reply)
    function = start("triage", **with_model(model))
    assert function.send(QUERY, {**ids, "text": DOUBTFUL, "level": "beginner"}).status_code == 200
    assert len(ways(sinks)) == 1 and ways(sinks) != ["exercise-requests"]


def test_harm_is_answered_by_a_person_s_words_and_told_to_the_adults_without_a_model(
    start: Any, sinks: Any, ids: Any, model: Any
) -> None:
    function = start("triage", **with_model(model), LEARNFLOW_SAFETY_CONTACT="Ms Reed, room 12")
    sent = {**ids, "text": "i want to kill myself. what is a list?", "level": "beginner"}
    assert function.send(QUERY, sent).status_code == 200
    [answer] = sinks.to("learning-responses")
    assert answer.data["kind"] == "safety" and "Ms Reed, room 12" in answer.data["text"]
    [event] = sinks.to("struggle-detected")
    assert (event.type, event.data["concern"]) == ("learnflow.safety.raised.v1", "self_harm")
    assert len(sinks.received) == 2
    assert model.seen() == []


async def test_a_class_that_switched_the_tutor_off_gets_that_as_its_answer(
    triage: Any, sinks: Any, ids: Any, database_url: str
) -> None:
    await in_a_class(database_url, ids["student_id"], tutor=False)
    triage.send(QUERY, {**ids, "text": "What is a for loop?", "level": "beginner"})
    [event] = sinks.received
    assert (event.sink, event.data["kind"]) == ("learning-responses", "refusal")
    assert event.data["text"].startswith("Your teacher has switched me off in “9b”.")


async def test_a_cry_for_help_is_heard_in_an_exam(
    triage: Any, sinks: Any, ids: Any, database_url: str
) -> None:
    await in_a_class(database_url, ids["student_id"], tutor=True, exam=True)
    triage.send(QUERY, {**ids, "text": "I want to kill myself", "level": "beginner"})
    assert [event.data["kind"] for event in sinks.to("learning-responses")] == ["safety"]
    triage.send(QUERY, {**ids, "text": "What is a for loop?", "level": "beginner"}, id="second")
    assert "has an exam now" in sinks.to("learning-responses")[-1].data["text"]


async def test_how_far_hints_go_travels_with_a_call_for_help(
    triage: Any, sinks: Any, ids: Any, database_url: str
) -> None:
    await in_a_class(database_url, ids["student_id"], tutor=True)
    triage.send(QUERY, {**ids, "text": "I get NameError: name 'x' is not defined", "level": "beginner"})
    [event] = sinks.to("debug-requests")
    assert (event.data["highest_rung"], event.data["rung_of"]) == (2, "9b")
    assert (event.data["not_yet"], event.data["class_rules"]) == (["recursion"], ["we say list"])
    triage.send(QUERY, {**ids, "text": "What is a for loop?", "level": "beginner"}, id="second")
    [event] = sinks.to("concepts-requests")
    assert (event.data["not_yet"], event.data["class_rules"]) == (["recursion"], ["we say list"])


async def in_a_class(database_url: str, student_id: str, *, tutor: bool, exam: bool = False) -> None:
    """Put a student in a class with rules."""
    db = await asyncpg.connect(database_url)
    teacher, class_id = uuid4(), uuid4()
    for user, role in ((teacher, "teacher"), (UUID(student_id), "student")):
        await db.execute(
            "INSERT INTO users (user_id, email, password_hash, display_name, role)"
            " VALUES ($1, $2, 'x', 'N', $3)",
            user,
            f"{user}@example.com",
            role,
        )
    await db.execute(
        "INSERT INTO classes (class_id, teacher_id, name, join_code) VALUES ($1, $2, '9b', $3)",
        class_id,
        teacher,
        class_id.hex[:8],
    )
    await db.execute("INSERT INTO class_members VALUES ($1, $2)", class_id, UUID(student_id))
    begins = datetime.now(UTC) - timedelta(hours=1) if exam else None
    await db.execute(
        "INSERT INTO class_rules"
        " VALUES ($1, $2, true, 2, NULL, '{recursion}', '{we say list}', $3, $4, now())",
        class_id,
        tutor,
        begins,
        begins + timedelta(hours=2) if begins else None,
    )
    await db.close()
