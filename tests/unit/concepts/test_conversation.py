"""A follow-up question goes on from what was asked before it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from events.models import ConceptRequested, Conversation, Level
from functions.concepts.conversation import in_context, leveled
from functions.knowledge.explanations import Question, explain
from functions.telling.material import Turn

TURNS = (
    Turn("What is a for loop?", answer="A for loop ..."),
    Turn("What is a dictionary?", answer="A dictionary ..."),
)


def request(text: str) -> ConceptRequested:
    return ConceptRequested(
        message_id=uuid4(),
        conversation_id=uuid4(),
        student_id=uuid4(),
        text=text,
        topic="basics",
        level="learning",
        confidence=0.5,
    )


@pytest.mark.parametrize(
    "text", ["Can you give me another example?", "I still don't understand it", "And why?", "simpler please"]
)
def test_a_follow_up_is_about_the_newest_concept(text: str) -> None:
    question = in_context(request(text), TURNS)
    assert question.topic == "data-structures"
    assert "dictionar" in explain(question)[0].text.lower()


def test_a_question_that_names_its_subject_stands_for_itself() -> None:
    question = in_context(request("Can you show me an example of a while loop?"), TURNS)
    assert "while" in explain(question)[0].text


def test_a_question_on_something_else_does_not_go_on() -> None:
    assert in_context(request("What is quantum computing?"), TURNS).concept is None


@pytest.mark.parametrize(
    ("text", "level", "wanted"),
    [
        ("simpler please", "learning", "beginner"),
        ("much easier", "beginner", "beginner"),
        ("explain it in more detail", "learning", "proficient"),
        ("like I'm 7", "mastered", "beginner"),
        ("I'm quite advanced", "beginner", "proficient"),
        ("What is a list?", "learning", "learning"),
    ],
)
def test_the_level_follows_the_wish(text: str, level: Level, wanted: Level) -> None:
    question = Question(text=text, topic="basics", level="learning")
    assert leveled(question, request(text), level).level == wanted


def test_a_wish_for_a_level_holds_for_what_goes_on() -> None:
    going_on = replace(
        request("another example"),
        follow_up="another_example",
        conversation=Conversation(asked="what is a set", kind="concept", level_shift=1),
    )
    question = Question(text="another example", topic="basics", level="learning")
    assert leveled(question, going_on, "beginner").level == "learning"
