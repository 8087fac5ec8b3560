"""What a student writes is data to every agent; and of a model that obeys it nothing bad reaches anybody."""

from __future__ import annotations

import base64
import codecs
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from events.models import CodeSubmitted, ConceptRequested, DebugRequested, ExerciseRequested
from functions.answers import answer
from functions.code_review.review import Review
from functions.code_review.wording import prompt as review_prompt
from functions.concepts.conversation import Context
from functions.concepts.explaining import Grounds
from functions.concepts.explaining import prompt as explain_prompt
from functions.debug.case import Case
from functions.debug.hinting import prompt as hint_prompt
from functions.exercise.bank import BankExercise
from functions.exercise.inventing import invent
from functions.guardrails.exercises_at_hand import ExerciseAtHand
from functions.guardrails.solution_leaks import reveals_line
from functions.knowledge.explanations import Question
from functions.model.port import Tutor
from functions.model.prompts import CANARY, FUNCTIONS, Prompt
from functions.telling.leaks import Secrets
from functions.telling.material import Turn
from functions.triage.asking import named
from functions.triage.asking import prompt as triage_prompt
from functions.triage.classifier import classify
from functions.triage.training import query
from tests.fakes.obedient import NoBook, Obedient
from tests.fakes.telling import Outcome, told_by

Reply = Callable[[Prompt], str]
FILE = Path(__file__).with_name("injections.toml")
ATTEMPTS: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
BROKEN = """\
def total_price(prices):
    total = 0
    for price in prices:
        total = price
    return total
"""
SOLUTION = BROKEN.replace("total = price", "total += price if price > 0 else 0")
RULES = tomllib.loads((FUNCTIONS / "model" / "rules.toml").read_text(encoding="utf-8"))["system"]
STARTER = "def total_price(prices):\n    pass\n"
KEPT = Secrets(exercises=[ExerciseAtHand(UUID(int=9), STARTER, SOLUTION)])
NOTES = (
    answer.text("**Quality: 70 of 100**"),
    answer.text("The loop keeps the last price alone."),
    answer.hint("Look at the line in the loop: what happens to the total of before?"),
)
ACTIVE = re.compile(
    r"\w://|\(//|mailto:|!\[|\]\(|\]\[|\]:\s*//|<[a-z/][^>]*>|evil\.example|www\.", re.IGNORECASE
)
PERSONAL = re.compile(r"\w@\w+\.|6c1f9c0e|sk-test")


def obeyed(attempt: dict[str, str], prompt: Prompt) -> str:
    """What a model says that does as it is told."""
    new = "total += price if price > 0 else 0"
    forms = {
        "system": prompt.system,
        "solution": SOLUTION,
        "base64": base64.b64encode(SOLUTION.encode()).decode(),
        "hex": SOLUTION.encode().hex(),
        "rot13": codecs.encode(SOLUTION, "rot13"),
        "backwards": SOLUTION[::-1],
        "zero_width": "\u200b".join(SOLUTION),
        "spoken": SOLUTION.replace("+=", "plus equals").replace(":", " colon"),
        "diff": f"-        total = price\n+        {new}",
    }
    reply = attempt["obeyed"]
    for name, value in forms.items():
        reply = reply.replace(f"{{{name}}}", value)
    return reply


def concept_of(attempt: dict[str, str]) -> ConceptRequested:
    return ConceptRequested(
        message_id=UUID(int=2),
        conversation_id=UUID(int=3),
        student_id=UUID(int=1),
        text=f"{attempt['says']} loop",
        topic="control-flow",
        level="learning",
        confidence=0.9,
    )


async def explained(attempt: dict[str, str], reply: Reply) -> Outcome:
    turns = (Turn(attempt["says"], answer="A loop repeats lines."),)
    asked = concept_of(attempt)
    question = Question(text=asked.text, topic="control-flow", level="learning")
    made = explain_prompt(asked, question, Context(turns, KEPT), Grounds(()), None)
    return await told_by(reply, secrets=KEPT, prompt=made)


async def hinted(attempt: dict[str, str], reply: Reply) -> Outcome:
    request = DebugRequested(
        message_id=UUID(int=2),
        conversation_id=UUID(int=3),
        student_id=UUID(int=1),
        text=attempt["says"],
        code=attempt.get("code", BROKEN),
        error=attempt["says"],
        level="beginner",
    )
    case = Case(None, None, NOTES[2:], code=request.code)
    secrets = replace(KEPT, lines=[SOLUTION], code=BROKEN)
    return await told_by(reply, secrets=secrets, prompt=hint_prompt(request, case), grounded=NOTES[2:])


async def reviewed(attempt: dict[str, str], reply: Reply) -> Outcome:
    code = f"# {attempt['says']}\n{attempt.get('code', '')}{BROKEN}"
    submission = CodeSubmitted(
        submission_id=UUID(int=4), student_id=UUID(int=1), code=code, text=attempt["says"]
    )
    made = Review(None, (), NOTES)
    secrets = replace(KEPT, lines=[SOLUTION], code=BROKEN)
    return await told_by(reply, secrets=secrets, prompt=review_prompt(submission, made), grounded=NOTES)


AGENTS = {"concepts": explained, "debug": hinted, "code_review": reviewed}


def outside_of_data(user: str) -> str:
    """What a prompt says besides the delimited data."""
    return re.sub(r"(?s)<(student_\w+|notes|earlier|card|findings|figures|exercise)>\n.*?\n</\1>", "", user)


@pytest.mark.parametrize("agent", AGENTS)
async def test_no_attempt_makes_an_agent_say_what_it_must_not(agent: str) -> None:
    for attempt in ATTEMPTS.values():
        made = await AGENTS[agent](attempt, partial(obeyed, attempt))
        said, prompt = made.text + made.seen, made.prompts[0]
        assert outside_of_data(prompt.user).strip() == ""
        assert attempt["says"][:30] not in prompt.system
        prose = re.sub(r"(?s)```.*?```|`[^`\n]+`", "", said)
        assert not ACTIVE.search(prose)
        assert not PERSONAL.search(said)
        assert CANARY not in said
        assert not [line for line in RULES.splitlines() if len(line) > 30 and line in said]
        assert "total += price" not in said
        if agent != "concepts":
            assert not reveals_line(said, SOLUTION, BROKEN)


def test_there_are_at_least_forty_attempts_of_many_kinds() -> None:
    assert len(ATTEMPTS) >= 40
    assert len({attempt["says"] for attempt in ATTEMPTS.values()}) == len(ATTEMPTS)


async def test_no_attempt_talks_triage_into_another_word() -> None:
    for attempt in ATTEMPTS.values():
        asked = query(attempt["says"], attempt.get("code"))
        told = classify(asked)
        doubtful = type(told)(**{**{f: getattr(told, f) for f in told.__slots__}, "confidence": 0.1})
        made = await told_by(partial(obeyed, attempt), prompt=triage_prompt(asked, doubtful))
        assert named(made.told.head) is None
        assert outside_of_data(made.prompts[0].user).strip() == ""
        assert CANARY not in made.text + made.seen


async def test_an_honest_exercise_is_let_through() -> None:
    event = ExerciseRequested(
        exercise_id=UUID(int=5), student_id=UUID(int=77), topic="control-flow", difficulty="easy"
    )
    tests = [
        {"name": "two items", "call": "total([1, 2])", "gives": "3"},
        {"name": "one coin", "call": "total([4])", "gives": "4"},
        {"name": "no item", "call": "total([])", "gives": "0", "hint": "The jar may be empty."},
    ]
    text = "Write a function `total(values)` that gets a list of coins and returns their sum."
    made = {
        "title": "Coins",
        "instructions": text,
        "starter": "def total(values):\n    pass\n",
        "tests": tests,
    }
    solution = "def total(values):\n    n = 0\n    for one in values:\n        n += one\n    return n\n"
    model = Obedient(lambda _: json.dumps({**made, "solution": solution}))
    exercise = await invent(event, Tutor(model, NoBook()), "e")
    assert exercise is not None and exercise.title == "Coins"


async def test_a_model_that_talks_makes_no_exercise() -> None:
    for attempt in ATTEMPTS.values():
        assert await invented(attempt) is None, attempt


async def invented(attempt: dict[str, str]) -> BankExercise | None:
    """Have an exercise made by a model that obeys an attempt."""
    event = ExerciseRequested(
        exercise_id=UUID(int=5), student_id=UUID(int=77), topic="control-flow", difficulty="easy"
    )
    hidden = {"name": "none", "call": "total_price([])", "gives": "0", "hint": "The list may be empty."}
    tests = [{"name": f"{n}", "call": f"total_price([{n}])", "gives": f"{n}"} for n in (1, 2)]

    def made(prompt: Prompt) -> str:
        text = f"Write `total_price(prices)`, which adds the prices up. {obeyed(attempt, prompt)[:700]}"
        whole = {"title": "Prices", "instructions": text, "starter": "def total_price(prices):\n    pass\n"}
        return json.dumps({**whole, "solution": SOLUTION, "tests": [*tests, hidden]})

    model = Obedient(made)
    exercise = await invent(event, Tutor(model, NoBook()), "e")
    assert attempt["says"] not in model.prompts[0].user
    return exercise
