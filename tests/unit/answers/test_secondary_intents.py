"""Of several wishes in one message none is passed over in silence."""

from __future__ import annotations

from functions.answers.answer import markdown
from functions.answers.secondary_intents import others
from functions.knowledge.explanations import Question, explain


def test_a_student_is_told_how_to_get_the_other_wishes() -> None:
    assert markdown(others(["review", "progress"])) == (
        '**You asked for more than that:** for a review, send your code and write "Can you review this?"; '
        'to see your progress, ask "How am I doing?".'
    )
    assert others(None) == others([]) == ()


def test_a_second_concept_is_named() -> None:
    question = Question(
        text="What is a for loop? And what is a dictionary?", topic="basics", level="beginner"
    )
    assert markdown(explain(question)).endswith("**You asked about dictionaries, too:** ask me next.")
    alone = Question(text="What is a for loop over a dictionary?", topic="basics", level="beginner")
    assert "too:**" not in markdown(explain(alone))
