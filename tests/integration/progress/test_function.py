"""The functions progress and notification as processes: events in, events out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from functions.runtime.catalog import without_none
from infra.local.ports import free_ports
from tests.support.learners import NOW, learner, student
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks, serving

RECORDED = "learnflow.activity.recorded.v1"


@pytest.fixture
def sinks(free_port: int) -> Iterator[Sinks]:
    """Recording KafkaSinks."""
    with serving(free_port) as served:
        yield served


@pytest.fixture
def start(database_url: str, sinks: Sinks, tmp_path: Path) -> Iterator[Any]:
    """Start functions as processes; they are ended with the test."""
    running: list[FunctionProcess] = []

    def begin(target: str) -> FunctionProcess:
        environ = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url}
        running.append(FunctionProcess(target, free_ports(1)[0], environ, tmp_path / f"{target}.log"))
        running[-1].wait_ready()
        return running[-1]

    yield begin
    for function in running:
        function.kill()


def plain(event: Any) -> Any:
    return without_none(msgspec.to_builtins(event))


def quiz(score: float) -> dict[str, Any]:
    return {
        "activity_id": str(uuid4()),
        "student_id": str(student(1)),
        "kind": "quiz.graded",
        "topic": "files",
        "occurred_at": NOW.isoformat(),
        "detail": {"score": score, "questions": 5, "quiz_id": str(uuid4())},
    }


async def test_progress_counts_tells_and_notices(start: Any, sinks: Sinks, db: Any) -> None:
    function, failed = start("progress"), quiz(0.4)
    for number, activity in enumerate(learner(1, 10)):
        assert function.send(RECORDED, plain(activity), id=f"a{number}").status_code == 200
    assert [function.send(RECORDED, failed, id=name).status_code for name in ("q1", "q1", "q2")] == [200] * 3
    [struggle] = sinks.to("struggle-detected")
    assert (struggle.data["rule"], struggle.data["topic"]) == ("quiz_failed", "files")
    assert await db.fetchval("SELECT activities FROM student_progress") == 11

    asked = {name: str(uuid4()) for name in ("message_id", "conversation_id")}
    asked |= {"student_id": str(student(1)), "text": "How am I doing?"}
    assert function.send("learnflow.progress.asked.v1", asked, id="p1").status_code == 200
    [answer] = sinks.to("learning-responses")
    assert (answer.data["agent"], answer.data["message_id"]) == ("progress", asked["message_id"])
    assert "Files" in answer.data["text"]


async def test_a_quiz_is_taken_in_the_chat_graded_once_and_gone_through(
    start: Any, sinks: Sinks, db: Any
) -> None:
    function = start("progress")
    await db.execute(
        "INSERT INTO users (user_id, email, display_name, role, password_hash)"
        " VALUES ($1, 'q@example.com', 'Q', 'student', '')",
        student(1),
    )
    asked = {name: str(uuid4()) for name in ("message_id", "conversation_id")}
    asked |= {"student_id": str(student(1)), "text": "quiz me on loops", "topic": "control-flow"}

    def ask(name: str, **more: str) -> dict[str, Any]:
        event = asked | {"message_id": str(uuid4())} | more
        assert function.send("learnflow.progress.asked.v1", event, id=name).status_code == 200
        return dict(sinks.to("learning-responses")[-1].data)

    assert "not finished a quiz" in ask("m0", wish="mistakes")["text"]
    begun = ask("b1", wish="quiz", concept="while-loop")
    assert begun["kind"] == "quiz" and "Question 1 of 5" in begun["text"] and len(begun["choices"]) >= 3
    ids = {"wish": "quiz_answer", "quiz_id": begun["quiz_id"]}
    assert "can't tell which" in ask("a0", **ids, text="I don't know")["text"]
    told = [ask(f"a{number}", **ids, text="A")["text"] for number in range(1, 6)]
    assert all("Right!" in text or "Not quite." in text for text in told)
    assert all(f"Question {number} of 5" in text for number, text in enumerate(told[:4], 2))
    assert "That was the last one" in told[4]
    [graded] = [event.data for event in sinks.to("progress-events") if event.data["kind"] == "quiz.graded"]
    assert (graded["activity_id"], graded["detail"]["questions"]) == (begun["quiz_id"], 5)
    row = await db.fetchrow("SELECT topic, result FROM quizzes")
    assert row["topic"] == "control-flow" and row["result"] is not None
    wrong = sum("Not quite." in text for text in told)
    again = ask("m1", wish="mistakes")
    assert (f"**{wrong} of 5** were wrong" in again["text"]) if wrong else "Nothing" in again["text"]


async def test_notification_makes_an_alert_of_a_struggle(start: Any, sinks: Sinks, db: Any) -> None:
    progress, notification = start("progress"), start("notification")
    progress.send(RECORDED, quiz(0.0), id="q1")
    [struggle] = sinks.to("struggle-detected")
    answers = [
        notification.send(struggle.attributes["type"], struggle.data, id=name).status_code
        for name in ("s1", "s1", "s2")
    ]
    assert answers == [200] * 3
    [alert] = await db.fetch("SELECT * FROM alerts")
    assert (alert["rule"], alert["status"], alert["count"]) == ("quiz_failed", "open", 1)
    passed = quiz(1.0) | {"kind": "exercise.completed", "activity_id": str(uuid4())}
    assert notification.send(RECORDED, passed, id="e1").status_code == 200
    assert await db.fetchval("SELECT status FROM alerts") == "resolved"
