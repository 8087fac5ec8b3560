"""What an answer is made from is one value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from uuid import UUID

import pytest

from events.models import ConceptRequested, Conversation, DebugRequested, ParsedError
from functions.conversation.material import MAX_ENTRIES, MAX_TURNS, Material, gather
from functions.conversation.state import Turn
from functions.knowledge.explanations import Question, explained

ID = UUID(int=1)
TALK = Conversation(asked="What is a tuple?", kind="concept", concept="tuples")


def asked(text: str, **more: object) -> ConceptRequested:
    """A request as triage makes it."""
    return ConceptRequested(
        message_id=ID, conversation_id=ID, student_id=ID, text=text, topic="data-structures",
        level="beginner", confidence=0.9, conversation=TALK, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def material(text: str, turns: tuple[Turn, ...] = ()) -> Material:
    return gather(asked(text), Question(text=text, topic="data-structures", level="beginner"), turns)


def test_the_best_entries_come_with_their_scores_best_first() -> None:
    found = material("how do I remove duplicates from a list").entries
    assert 0 < len(found) <= MAX_ENTRIES
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.title and one.text and 0 < one.score <= 1 for one in found)


def test_the_grounded_tutor_answers_from_the_material() -> None:
    text = "how do I remove duplicates from a list"
    question = Question(text=text, topic="data-structures", level="beginner")
    assert explained(question, material(text).plan) == explained(question)


def test_the_conversation_is_handed_over_with_its_last_programs() -> None:
    turns = tuple(Turn(f"question {n}", code=f"print({n})") for n in range(9))
    given = material("and why?", turns)
    assert given.conversation == TALK
    assert [turn.code for turn in given.turns] == [f"print({n})" for n in range(9 - MAX_TURNS, 9)]


def test_it_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        material("What is a tuple?").level = "mastered"  # type: ignore[misc]


def test_a_call_for_help_keeps_its_error_and_program() -> None:
    error = ParsedError(type="TypeError", message="'int' object is not subscriptable", line=2)
    request = DebugRequested(
        message_id=ID, conversation_id=ID, student_id=ID, text="why?", level="beginner",
        code="n = 5\nprint(n[0])", error="TypeError: 'int' object is not subscriptable", parsed_error=error,
    )  # fmt: skip
    given = gather(request, Question(text="why?", topic="basics", level="beginner"))
    assert (given.heard.code, given.heard.error, given.heard.parsed_error) == (
        request.code,
        request.error,
        error,
    )


def test_nothing_that_fits_is_said_by_the_plan() -> None:
    given = material("how do I knit a scarf")
    assert not given.plan.answers
