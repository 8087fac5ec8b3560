"""What a student is told of a response."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from events.models import CheckQuestion, Choice, Part, ResponseProduced
from functions.delivery.answers import answer, notices

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ID = UUID(int=1)
RESPONSE = ResponseProduced(
    student_id=ID,
    message_id=UUID(int=2),
    conversation_id=UUID(int=3),
    agent="concepts",
    text="A loop.",
    parts=[Part(kind="text", text="A loop.")],
    model="grounded",
    degraded=True,
)


def test_an_answer_carries_who_says_it_and_how() -> None:
    body = answer(RESPONSE, NOW)
    assert body["agent"] == "concepts"
    assert body["degraded"] is True
    assert body["created_at"] == "2026-03-02T12:00:00+00:00"
    assert "exercise_id" not in body


def test_an_answer_is_told_once() -> None:
    assert [notice.kind for notice in notices(RESPONSE, NOW, fresh=True)] == ["answer"]
    assert notices(RESPONSE, NOW, fresh=False) == []


def test_an_exercise_asked_for_in_chat_is_told_as_answer_and_exercise() -> None:
    response = replace(RESPONSE, exercise_id=UUID(int=4), agent="exercise")
    told = notices(response, NOW, fresh=True)
    assert [notice.kind for notice in told] == ["answer", "exercise"]
    assert told[1].data["status"] == "ready"


def test_a_graded_submission_is_told_as_submission() -> None:
    response = replace(RESPONSE, message_id=None, submission_id=UUID(int=5), exercise_id=UUID(int=4))
    [notice] = notices(response, NOW, fresh=False)
    assert (notice.kind, notice.data["submission_id"]) == ("submission", UUID(int=5))


def test_an_exercise_that_could_not_be_made_is_told_as_failed() -> None:
    response = replace(RESPONSE, message_id=None, exercise_id=UUID(int=4), status="failed")
    assert notices(response, NOW, fresh=False)[0].data["status"] == "failed"


def test_an_answer_tells_its_kind_its_choices_and_its_check_but_not_what_the_check_expects() -> None:
    check = CheckQuestion(question="What is printed?", kind="output", answer="3")
    choice = Choice(label="Explain it", text="Explain my program")
    body = answer(replace(RESPONSE, kind="choice", concept="for-loops", check=check, choices=[choice]), NOW)
    assert (body["kind"], body["concept"]) == ("choice", "for-loops")
    assert body["check"] == {"question": "What is printed?", "kind": "output"}
    assert body["choices"] == [{"label": "Explain it", "text": "Explain my program"}]
