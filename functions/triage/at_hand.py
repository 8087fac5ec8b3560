"""Quizzes and exercises in a conversation: a wish for a quiz, an answer to it, help with the task at hand.

Told from the words and the state alone; None where a message is about something else.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from events.models import Part, ProgressWish, QuerySubmitted
from functions.answers import answer
from functions.conversation.follow_ups import plain
from functions.conversation.state import State
from functions.quizzes.asking import ANSWER
from functions.triage.classifier import Intent
from functions.triage.going import Going

FILE = Path(__file__).with_name("at_hand.toml")
AFTER_A_PROGRAM = frozenset({"hint", "review", "explanation"})
AGAIN = "**Here is your task once more, step by step.**"
BEGIN = (
    "**To begin:** take one example from the task and work out by hand what should come out. Then write the "
    'line that does that. Paste what you have and ask "is it right?": I\'ll run it. Or say "hint".'
)
SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z`*])")
MIN_STEP = 2


@dataclass(frozen=True, slots=True)
class Wordings:
    """The patterns of at_hand.toml."""

    quiz: re.Pattern[str]
    no_quiz: re.Pattern[str]
    mistakes: re.Pattern[str]
    passes: re.Pattern[str]
    task: re.Pattern[str]
    helps: re.Pattern[str]


@cache
def said_in() -> Wordings:
    """Read and compile the file, once per process."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Wordings(**{name: re.compile("|".join(said)) for name, said in tables.items()})


def quiz_wish(prose: str, state: State) -> ProgressWish | None:
    """Say whether a quiz is wished for, or a look at what was wrong in the last one."""
    if said_in().mistakes.search(prose) and state.kind not in AFTER_A_PROGRAM:
        return "mistakes"
    return "quiz" if said_in().quiz.search(prose) and not said_in().no_quiz.search(prose) else None


def at_hand(query: QuerySubmitted, intent: Intent, state: State) -> Going | None:
    """Understand a message about quizzes, or about the exercise that the conversation is at."""
    said = plain(query.text)
    if intent.code is None and intent.error is None:
        # First: in a quiz "b" or "no idea" is an answer, and anywhere else it is nothing.
        if state.kind == "quiz" and state.quiz_id is not None and state.choices and _answers(said):
            return _quiz(intent, query, "quiz_answer", state)
        if (wish := quiz_wish(said, state)) is not None:
            return _quiz(intent, query, wish, state)
    if state.kind != "exercise" or state.exercise_id is None or intent.kind in ("distress", "homework"):
        return None
    return _of_exercise(query, intent, state, said)


def _answers(said: str) -> bool:
    return ANSWER.match(said) is not None or said_in().passes.match(said) is not None


def _quiz(intent: Intent, query: QuerySubmitted, wish: ProgressWish, state: State) -> Going:
    asked = replace(intent, kind="progress", confidence=1.0, also=(), stuck=False, explains=False)
    quiz_id = state.quiz_id if wish == "quiz_answer" else None
    return Going(asked, query.text, wish=wish, quiz_id=quiz_id)


def _of_exercise(query: QuerySubmitted, intent: Intent, state: State, said: str) -> Going | None:
    """Show the task again, or help with it by its tests; a program that comes along is for the exercise."""
    # Sent from the exercise itself: it is a submission with a question, and triage knows its way.
    if query.exercise_id is not None:
        return None
    if intent.code is None and intent.error is None and said_in().task.search(said) and state.task:
        return Going(intent, query.text, parts=once_more(state.task), exercise_id=state.exercise_id)
    # A question on a concept is answered as one, also with an exercise at hand; only a wish for the solution,
    # or a program, makes it help with the task.
    wants = said_in().helps.search(said) is not None or intent.wants_solution
    if wants and (intent.concept is None or intent.wants_solution or intent.code is not None):
        debug = replace(intent, kind="debug", confidence=1.0, also=(), explains=False)
        return Going(debug, query.text, exercise_id=state.exercise_id)
    return None


def once_more(task: str) -> tuple[Part, ...]:
    """Tell a task again, sentence by sentence."""
    head, _, rest = task.partition("\n\n")
    lines = [one.strip() for one in SENTENCE.split(" ".join((rest or head).split())) if one.strip()]
    steps = "\n".join(f"{number}. {one}" for number, one in enumerate(lines, 1))
    told = steps if len(lines) >= MIN_STEP else rest or head
    return answer.text(f"{AGAIN}\n\n{told}"), answer.onward(BEGIN)
