"""Exercises that a model makes up: they pass the same gate as those of the bank, or nobody sees them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from events.models import ExerciseRequested
from functions.analysis import source
from functions.exercise.bank import BankExercise, BankTest
from functions.exercise.errors import BankError
from functions.exercise.instance import instantiate
from functions.guardrails import replies
from functions.guardrails.solution_leaks import reveals_line
from functions.knowledge.library import library
from functions.model.errors import GuardFailed
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt, prompt_file

MAX_TESTS = 8
FORBIDDEN = frozenset(
    {"socket", "subprocess", "ctypes", "multiprocessing", "threading", "asyncio", "urllib", "http", "signal"}
)


class Invented(msgspec.Struct, frozen=True, kw_only=True):
    """What the model is asked for."""

    title: str
    instructions: str
    starter: str
    solution: str
    tests: list[dict[str, Any]]


async def invent(event: ExerciseRequested, tutor: Tutor, event_id: str) -> BankExercise | None:
    """Ask the model for an exercise; None without a reply that can be tried."""

    def guard(reply: str) -> None:
        try:
            read(reply, event)
        except (msgspec.ValidationError, msgspec.DecodeError, BankError, SyntaxError, ValueError) as error:
            raise GuardFailed(f"no exercise: {error}") from None

    reply = await tutor.ask(
        prompt(event), guard, RequestContext(event_id=event_id, student_id=event.student_id)
    )
    return None if reply is None else read(reply, event)


def prompt(event: ExerciseRequested) -> Prompt:
    """Ask for one exercise of a topic and difficulty; nothing of the student goes along."""
    topic = library().topics[event.topic]
    skills = ", ".join(concept.title for concept in topic.concepts)
    number = event.exercise_id.int % 997
    user = f"Topic: {topic.title} ({skills}). Difficulty: {event.difficulty}. Number: {number}."
    return prompt_file("exercise", "invent").prompt("invent", user=user)


def read(reply: str, event: ExerciseRequested) -> BankExercise:
    """Read an exercise out of JSON; raises ValueError, SyntaxError or GuardFailed saying what is wrong."""
    made = msgspec.json.decode(reply, type=Invented)
    tests = [msgspec.convert(_escaped(test), BankTest) for test in made.tests[:MAX_TESTS]]
    exercise = BankExercise(
        slug=f"model-{event.exercise_id.hex[:12]}",
        topic=event.topic,
        difficulty=event.difficulty,
        title=_escaped(made.title)[:80],
        instructions=_escaped(made.instructions),
        starter=_escaped(made.starter),
        solution=_escaped(made.solution),
        tests=tests,
        mutants=[],
    )
    _check(exercise)
    return exercise


def _check(exercise: BankExercise) -> None:
    """Refuse what no run can tell: too few tests, imports out of bounds, a text that gives it away."""
    hidden = [test for test in exercise.tests if test.hint]
    names = {test.name for test in exercise.tests}
    if len(exercise.tests) - len(hidden) < 2 or not hidden or len(names) < len(exercise.tests):
        raise ValueError("two visible tests and a hidden one, with names of their own")
    instance = instantiate(exercise, 0)
    if not 40 <= len(instance.instructions) <= 900:
        raise ValueError("instructions of 40 to 900 characters")
    used = {name for program in (instance.starter, instance.solution) for name in _imports(program)}
    if used & FORBIDDEN or not used <= sys.stdlib_module_names:
        raise ValueError(f"imports {sorted(used)}")
    shown = "\n".join([instance.title, instance.instructions, *(test.hint or "" for test in instance.tests)])
    replies.check_harmless(shown)
    replies.check_echo(shown, prompt_file("exercise", "invent").system.template)
    if reveals_line(shown, instance.solution, instance.starter):
        raise ValueError("the text gives the solution away")


def _imports(program: str) -> Iterator[str]:
    for node in ast.walk(source.parse(program)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.partition(".")[0] for name in names)


def _escaped(value: Any) -> Any:
    """Keep dollar signs, which stand for values in the bank."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    return {key: _escaped(one) for key, one in value.items()} if isinstance(value, dict) else value
