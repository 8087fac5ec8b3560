"""Programs as students write them, graded with the real sandbox."""

from __future__ import annotations

import time
from statistics import median

import pytest

from functions.exercise.bank import load
from functions.exercise.instance import Instance, instantiate
from functions.exercise.submitting import run
from functions.exercise.verifying import solved, verify
from functions.grading.checks import Test
from functions.grading.errors import SandboxAway
from functions.grading.grades import Grade
from functions.grading.wording import AS_ABOVE, HIDDEN
from functions.runtime.sandbox import BROKEN, Execution, Sandbox

BANK = load()
TESTS = [
    Test(
        name=f"number {n}",
        kind="call",
        source=f"square({n})",
        expected=n * n,
        hint="Squares." if n > 3 else None,
    )
    for n in range(8)
]


async def graded(sandbox: Sandbox, code: str, tests: list[Test] = TESTS) -> Grade:
    return await run(sandbox, code, tests, limit_s=24)


def messages(found: Grade) -> list[str]:
    return [test.message for test in found.tests]


async def ready(sandbox: Sandbox, bank_id: str) -> Instance:
    exercise = BANK.get(bank_id)
    assert exercise is not None
    return await verify(sandbox, instantiate(exercise, 0))


@pytest.mark.timeout(600)
async def test_the_whole_bank_stands_the_test_of_the_sandbox(sandbox: Sandbox) -> None:
    """Every exercise is solved under gVisor too, in its last variation; `test_bank` proves the rest."""
    for exercise in BANK.all():
        await solved(sandbox, instantiate(exercise, exercise.variations - 1))


async def test_partial_credit(sandbox: Sandbox) -> None:
    """What is right counts, what is wrong is explained."""
    found = await graded(sandbox, "def square(n):\n    return n * 2\n")
    assert (found.passed, found.total, found.status, found.score) == (2, 8, "failed", 0.25)
    assert found.tests[1].message == "`square(1)` should be `1`, but it was `2`."
    assert found.tests[7].message == f"{HIDDEN} Squares."


async def test_a_loop_that_never_ends_costs_only_its_own_tests(sandbox: Sandbox) -> None:
    """A time limit is called by its name, and the tests after it still get their chance."""
    code = "def square(n):\n    while n == 2:\n        pass\n    return n * n\n"
    found = await graded(sandbox, code)
    assert (found.passed, found.status) == (7, "timeout")
    assert found.tests[2].message.startswith("Time limit")


async def test_too_much_memory(sandbox: Sandbox) -> None:
    """A memory limit is called by its name."""
    found = await graded(sandbox, "def square(n):\n    return len('x' * 10**9)\n")
    assert (found.score, found.status) == (0.0, "memory_limit")
    assert messages(found)[0].startswith("Memory limit")


async def test_a_syntax_error_is_shown_with_its_line(sandbox: Sandbox) -> None:
    """A program that cannot be read says where."""
    found = await graded(sandbox, "x = 1\ndef square(n)\n    return n\n")
    assert (found.score, found.status) == (0.0, "error")
    assert messages(found)[0] == "The program stopped in line 2 with `SyntaxError: expected ':'`."
    assert messages(found)[7] == AS_ABOVE


async def test_an_unfinished_last_line_points_into_the_own_program(sandbox: Sandbox) -> None:
    """A function without a body is an error of the student's line, not of what is run after it."""
    found = await graded(sandbox, "def square(n):\n")
    assert "in line 2 " in messages(found)[0] or "in line 1 " in messages(found)[0]


async def test_input_where_there_is_none(sandbox: Sandbox) -> None:
    """A program that asks for input while functions are tested is told so."""
    found = await graded(sandbox, "n = int(input())\ndef square(n):\n    return n * n\n")
    assert messages(found)[0].startswith("Line 1 calls `input()`")


async def test_a_function_that_is_not_there(sandbox: Sandbox) -> None:
    """A missing function is named."""
    found = await graded(sandbox, "def sqare(n):\n    return n * n\n")
    assert messages(found)[0] == (
        "There is no function `square` in your program yet. There is `sqare`: is one of the two misspelt?"
    )


async def test_prompts_are_explained(sandbox: Sandbox) -> None:
    """The usual reason for wrong output of programs that read input."""
    instance = await ready(sandbox, "basics/greet-by-name")
    code = 'name = input("Your name: ")\nprint(f"Hello, {name}!")\n'
    found = await graded(sandbox, code, instance.tests)
    assert found.score == 0.0
    assert "use `input()` alone" in messages(found)[0]


async def test_an_exit_code_of_its_own_is_no_failure(sandbox: Sandbox) -> None:
    """A program may end with exit() once it has printed."""
    instance = await ready(sandbox, "basics/greet-by-name")
    code = 'name = input()\nprint(f"Hello, {name}!")\nexit()\n'
    assert (await graded(sandbox, code, instance.tests)).complete


async def test_a_program_that_is_too_long(sandbox: Sandbox) -> None:
    """Past the limit nothing is run, and it is said why."""
    found = await graded(sandbox, "# " + "x" * 24_000)
    assert set(messages(found)[:4]) == {"The program is too long to be tested."}


async def test_the_same_program_gets_the_same_grade(sandbox: Sandbox) -> None:
    """Grading twice gives equal results, messages included."""
    code = "def square(n):\n    return n * 2 if n else None\n"
    assert await graded(sandbox, code) == await graded(sandbox, code)


class Broken:
    """A sandbox that breaks while it runs something."""

    async def execute(self, code: str, **fields: object) -> Execution:
        return BROKEN


async def test_our_failure_is_no_grade() -> None:
    """A broken sandbox gives no score at all."""
    with pytest.raises(SandboxAway):
        await run(Broken(), "x", TESTS, limit_s=5)


async def test_eight_tests_are_graded_quickly(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Eight tests, half of them hidden, take a fraction of a second."""
    took = []
    for _ in range(20):
        started = time.perf_counter()
        assert (await graded(sandbox, "def square(n):\n    return n * n\n")).complete
        took.append((time.perf_counter() - started) * 1000)
    with capsys.disabled():
        print(f"\ngrading 8 tests: median {median(took):.1f} ms, slowest {max(took):.1f} ms")
    assert median(took) < 1000


@pytest.mark.timeout(300)
async def test_the_same_program_has_the_same_grade_each_time(sandbox: Sandbox) -> None:
    """The order of a set of strings decides: twenty hand-ins, one grade, and it is told why."""
    instance = await ready(sandbox, "data-structures/shopping-without-doubles")
    code = "def tidy(items):\n    return list(set(items))\n"
    grades = [await graded(sandbox, code + "\n" * n, instance.tests) for n in range(20)]
    assert len({(one.score, one.passed) for one in grades}) == 1
    assert not grades[0].complete
