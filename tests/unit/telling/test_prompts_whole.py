"""Each prompt as a whole, as it goes out: what a model is told is read here, word by word."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from events.models import CodeSubmitted, ConceptRequested, DebugRequested, ParsedError, QuerySubmitted
from functions.answers import answer
from functions.code_review.review import Review
from functions.code_review.wording import prompt as review_prompt
from functions.concepts.conversation import Context
from functions.concepts.explaining import Grounds
from functions.concepts.explaining import prompt as explain_prompt
from functions.debug.case import Case
from functions.debug.hinting import prompt as hint_prompt
from functions.diagnosis.causes import of_error
from functions.diagnosis.hint_ladder import NextHint
from functions.knowledge.explanations import Question
from functions.model.prompts import Prompt
from functions.telling.material import ExerciseText, Turn
from functions.triage.asking import prompt as triage_prompt
from functions.triage.classifier import classify
from tests.fakes.golden import matches

GOLDEN = Path(__file__).with_name("golden")
CODE = "def tallest(a, b, c):\n    if a > b\n        return a\n"
TURNS = (Turn("What is a function?", answer="A function is a named piece of a program."),)
EXERCISE = ExerciseText(
    "The tallest",
    "Write `tallest(a, b, c)`.",
    "def tallest(a, b, c):\n    pass",
    ("three: `tallest(1, 2, 3)` gives `3`",),
    "1 of 3 tests pass",
    ("three: fails. It gave 1.",),
)
IDS = {"message_id": UUID(int=2), "conversation_id": UUID(int=3), "student_id": UUID(int=1)}


def explained() -> Prompt:
    text = "why does my function give None?"
    request = ConceptRequested(**IDS, text=text, topic="functions", level="beginner", confidence=0.9)
    question = Question(text=text, topic="functions", level="beginner")
    grounds = Grounds((), open_check="What does it print?", judged=True, passed=False)
    return explain_prompt(request, question, Context(TURNS, exercise=EXERCISE), grounds, None)


def hinted() -> Prompt:
    request = DebugRequested(**IDS, text="it does not run", level="beginner", code=CODE)
    diagnosis = of_error(ParsedError(type="SyntaxError", message="expected ':'", line=2), CODE)
    hint = (answer.hint("Look at the end of a line that opens a block."),)
    case = Case(diagnosis, NextHint("nudge"), hint, code=CODE, given=("nudge",))
    return hint_prompt(request, case, TURNS, EXERCISE)


def reviewed() -> Prompt:
    submission = CodeSubmitted(
        submission_id=UUID(int=4), student_id=UUID(int=1), code="x=1\nprint(x)\n", text="is it good?"
    )
    return review_prompt(submission, Review(None, (), (answer.text("I ran it, and it finished."),)), TURNS)


def sorted_out() -> Prompt:
    query = QuerySubmitted(**IDS, text="it is red", level="beginner", code=CODE, error="SyntaxError")
    return triage_prompt(query, classify(query), TURNS)


PROMPTS = {"concepts": explained, "debug": hinted, "code_review": reviewed, "triage": sorted_out}


@pytest.mark.parametrize("agent", PROMPTS)
def test_a_prompt_is_the_one_that_was_read(agent: str) -> None:
    made = PROMPTS[agent]()
    whole = f"# {made.purpose}, at most {made.max_tokens} tokens\n\n{made.system}\n\n# user\n\n{made.user}"
    assert matches(GOLDEN / f"{agent}.txt", whole)
