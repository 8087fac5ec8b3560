"""Every exercise of the bank is what it says: run for real, in plain Python."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import AsyncIterator
from itertools import product

import pytest

from functions.exercise.bank import BankExercise, load
from functions.exercise.instance import Instance, instantiate
from functions.exercise.verifying import verify
from functions.grading.checks import Test
from functions.grading.grades import grade
from functions.grading.running import run_tests
from functions.grading.values import decode
from tests.integration.exercise.plain_python import PlainPython

EXERCISES = load().all()
SAMPLE = 6
TOPICS = ("basics", "control-flow", "data-structures", "functions", "oop", "files", "errors", "libraries")
ALLOWED = {"collections", "contextlib", "csv", "dataclasses", "datetime", "functools", "heapq", "itertools"}
ALLOWED |= {"json", "math", "os", "pathlib", "random", "re", "statistics", "string", "textwrap"}


@pytest.fixture
async def python() -> AsyncIterator[PlainPython]:
    async with PlainPython.open() as plain:
        yield plain


def some_variations(exercise: BankExercise) -> list[int]:
    """The first, the last and some between."""
    numbers = range(exercise.variations)
    middle = random.Random(exercise.bank_id).sample(numbers, min(SAMPLE, len(numbers)))
    return sorted({0, numbers[-1], *middle})


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
async def test_the_solution_passes_and_the_rest_fails(exercise: BankExercise, python: PlainPython) -> None:
    """In each variation the solution passes twice, the starter code and every wrong program fail."""
    for number in some_variations(exercise):
        instance = await verify(python, instantiate(exercise, number))
        for mutant in instance.mutants:
            outcomes = await run_tests(python, mutant, instance.tests)
            assert not grade(outcomes, mutant).complete, f"variation {number} passes:\n{mutant}"


def test_every_topic_and_difficulty_has_at_least_four() -> None:
    """There are four exercises or more for each topic and difficulty."""
    counts = {key: len(load().of(*key)) for key in product(TOPICS, ("easy", "medium", "hard"))}
    assert {key for key, count in counts.items() if count < 4} == set()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
def test_it_is_written_as_it_should_be(exercise: BankExercise) -> None:
    """Visible and hidden tests, wrong programs, variations that differ, a text of a fair length."""
    hidden = [test for test in exercise.tests if test.hint]
    assert len(exercise.tests) - len(hidden) >= 2
    assert hidden
    assert 1 <= len(exercise.mutants) <= 5
    assert exercise.variations >= 3
    names = [test.name for test in exercise.tests]
    assert len(set(names)) == len(names)
    texts = {seen(instantiate(exercise, number)) for number in range(exercise.variations)}
    assert len(texts) == exercise.variations
    assert all(40 <= len(instantiate(exercise, n).instructions) <= 900 for n in range(exercise.variations))


def seen(instance: Instance) -> str:
    return "\n".join([instance.title, instance.instructions, instance.starter, instance.solution])


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
def test_the_instructions_name_what_the_tests_use(exercise: BankExercise) -> None:
    """Each function and class of the solution that a test uses is named in the instructions."""
    instance = instantiate(exercise, 0)
    top = ast.parse(instance.solution).body
    defined = {node.name for node in top if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    sources = " ".join(test.source for test in instance.tests if test.kind != "stdin")
    used = set(re.findall(r"\w+", sources))
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", instance.instructions))))
    assert defined & used <= named


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
def test_imports_are_of_the_standard_library(exercise: BankExercise) -> None:
    """Programs of the bank import nothing that reaches beyond the sandbox."""
    instance = instantiate(exercise, 0)
    programs = [instance.starter, instance.solution, *(t.source for t in instance.tests if t.kind != "stdin")]
    for node in (node for program in programs for node in ast.walk(ast.parse(program))):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= ALLOWED
        if isinstance(node, ast.ImportFrom):
            assert node.module in ALLOWED


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
def test_hints_do_not_give_the_solution_away(exercise: BankExercise) -> None:
    """The hint of a hidden test holds no line of the solution."""
    instance = instantiate(exercise, 0)
    lines = {line.strip() for line in instance.solution.splitlines() if len(line.strip()) > 12}
    hints = " ".join(test.hint or "" for test in instance.tests)
    assert not [line for line in lines if line in hints]


EXAMPLE = re.compile(r"`(\w+\([^`]*\))` (?:is|returns|gives) `([^`]*)`")
SHOWN = re.compile(r"[Ff]or (?:`([^`]*)`(?: and `([^`]*)`)?|(\d+)) it (?:is|returns) (?:`([^`]*)`|(-?\d+))")


def told_examples(instance: Instance) -> list[tuple[str, str]]:
    """Calls and results that the text tells of."""
    text = re.sub(r"```.*?```", "", instance.instructions, flags=re.DOTALL)
    found = EXAMPLE.findall(text)
    top = [node for node in ast.parse(instance.solution).body if isinstance(node, ast.FunctionDef)]
    if len(top) == 1 and all(test.kind != "stdin" for test in instance.tests):
        for first, second, number, quoted, plain in SHOWN.findall(text):
            given = ", ".join(part for part in (first, second, number) if part)
            found.append((f"{top[0].name}({given})", quoted or plain))
    names = {node.name for node in top}
    return [pair for pair in found if pair[0].partition("(")[0] in names and all(map(is_shown, pair))]


def is_shown(text: str) -> bool:
    """Whether this is a call with values, or a value: no names in it."""
    try:
        nodes = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return False
    return "..." not in text and sum(isinstance(node, ast.Name) for node in nodes) <= 1


async def test_the_examples_in_the_texts_are_what_a_run_gives(python: PlainPython) -> None:
    """In every variation: "for `x` it returns `y`" is true."""
    seen = 0
    for exercise in EXERCISES:
        for number in range(exercise.variations):
            instance = instantiate(exercise, number)
            told = told_examples(instance)
            tests = [Test(name=str(n), kind="call", source=call) for n, (call, _) in enumerate(told)]
            for (call, result), outcome in zip(
                told, await run_tests(python, instance.solution, tests), strict=True
            ):
                seen += 1
                assert outcome.result.status == "ok", (exercise.bank_id, call, outcome.result.error)
                assert repr(decode(outcome.result.value)) == repr(ast.literal_eval(result)), (
                    exercise.bank_id,
                    number,
                    call,
                )
    assert seen > 20
