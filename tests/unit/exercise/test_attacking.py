"""Wrong programs and further inputs: what the tests of an exercise are attacked with."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.exercise.attacking import guarded, wrong_programs
from functions.exercise.bank import BankExercise, load
from functions.exercise.inputs import more_inputs
from functions.exercise.instance import instantiate
from functions.exercise.variants import variants
from functions.grading.checks import Test

BANK = load().all()
LOOP = """
def shout(words):
    total = 0
    for word in words:
        if word.isupper():
            total += 1
        elif word:
            total += 2
        else:
            total -= 1
    return total
"""


def made(part: str) -> bool:
    return any(part in program for program in variants(LOOP))


@pytest.mark.parametrize(
    "part",
    [
        "for word in list(words)[1:]",
        "for word in list(words)[:-1]",
        "for word in list(dict.fromkeys(words))",
        "        return total\n    return total",
        "print(total)",
        "total = 1",
        "            total += 1\n            break",
        "        if word:\n            total += 2\n        else:",
        "if word:\n            total += 1",
        "        elif word:\n            total += 2\n    return",
    ],
)
def test_the_slips_of_beginners_are_made(part: str) -> None:
    """Items skipped, repeats lost, a return too early, print for return, ifs for elif, no else."""
    assert made(part)


def test_a_multiple_is_mistaken_for_the_number() -> None:
    assert any("if n == 3" in one for one in variants("def f(n):\n    if n % 3 == 0:\n        return 1\n"))


@pytest.mark.parametrize("exercise", BANK[::7], ids=lambda e: e.bank_id)
def test_every_wrong_program_can_be_read_and_differs_from_the_solution(exercise: BankExercise) -> None:
    """What is made is a program, and never the solution itself."""
    solution = instantiate(exercise, 0).solution
    programs = list(wrong_programs(solution, seed=1, doubles=5))
    assert len(programs) > 3
    normal = ast.unparse(ast.parse(solution))
    assert all(ast.unparse(ast.parse(program)) != normal for program in programs[:60])


@given(st.integers(0, 500))
def test_further_inputs_keep_to_what_the_tests_show(seed: int) -> None:
    """Numbers stay at or above zero, lists are not empty, and words keep their letters, as in the tests."""
    test = Test(name="t", kind="call", source="count(['ab', 'ba', 'ab'], 3, 1)")
    for one in more_inputs([test], "def count(words, top, least): return 3", 4, seed):
        words, top, least = (ast.literal_eval(argument) for argument in _arguments(one.source))
        assert words and all(set(word) <= set("abAB") and word for word in words)
        assert 1 <= top <= 130 and 1 <= least <= 130


def _arguments(call: str) -> list[ast.expr]:
    parsed = ast.parse(call, mode="eval").body
    assert isinstance(parsed, ast.Call)
    return parsed.args


def test_the_same_seed_gives_the_same_inputs() -> None:
    """An attack can be repeated."""
    exercise = instantiate(BANK[0], 0)
    one, other = (list(more_inputs(exercise.tests, exercise.solution, 20, 3)) for _ in range(2))
    assert one == other
    assert one


def test_files_that_a_test_writes_keep_their_names() -> None:
    """What is read is what was written."""
    test = Test(name="t", kind="code", source="open('a.txt', 'w').write('x\\ny\\n')\ncount('a.txt', 2)")
    made_inputs = list(more_inputs([test], "def count(path, n): return n", 20, 5))
    assert made_inputs
    assert all(one.source.count("'a.txt'") == 2 and "'w'" in one.source for one in made_inputs)


def test_a_condition_on_the_parameters_makes_the_solution_refuse_what_is_outside() -> None:
    """What the text promises is held by an assertion."""
    assert "assert low <= high" in guarded("def f(low, high):\n    return high - low\n", "low <= high")
