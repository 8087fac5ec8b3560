"""An answer as the event that carries it."""

from __future__ import annotations

from uuid import UUID

from events.models import DebugRequested, Part, ProgressAsked
from functions.answers.answer import Answer
from functions.answers.response import response

STUDENT, MESSAGE, CONVERSATION, EXERCISE = (UUID(int=n) for n in range(1, 5))
ANSWER = Answer((Part(kind="hint", text="Look at line 2."),), model="rules", degraded=False)


def asked(**fields: object) -> DebugRequested:
    ids = {"student_id": STUDENT, "message_id": MESSAGE, "conversation_id": CONVERSATION}
    return DebugRequested(**ids, text="?", level="beginner", **fields)  # type: ignore[arg-type]


def test_it_answers_who_asked_in_the_conversation_where_they_did() -> None:
    made = response(asked(), "debug", ANSWER, hint_level="where")
    assert (made.student_id, made.message_id, made.conversation_id) == (STUDENT, MESSAGE, CONVERSATION)
    assert (made.agent, made.status, made.hint_level) == ("debug", "answered", "where")
    assert (made.text, made.model, made.degraded) == ("Look at line 2.", "rules", False)


def test_what_else_was_asked_for_is_answered_by_how_to_get_it() -> None:
    made = response(asked(also=["review"]), "debug", ANSWER)
    assert [part.kind for part in made.parts] == ["hint", "next"]
    assert "for a review" in made.text


def test_an_exercise_is_named_only_where_the_answer_is_about_it() -> None:
    """Delivery takes an answer that names an exercise for one that makes the exercise ready."""
    assert response(asked(exercise_id=EXERCISE), "debug", ANSWER).exercise_id is None
    assert response(asked(), "exercise", ANSWER, exercise_id=EXERCISE).exercise_id == EXERCISE


def test_an_event_that_can_ask_for_one_thing_alone_gets_its_answer_alone() -> None:
    alone = ProgressAsked(student_id=STUDENT, message_id=MESSAGE, conversation_id=CONVERSATION, text="?")
    assert response(alone, "progress", ANSWER, text="As told.").text == "As told."
