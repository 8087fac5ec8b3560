"""No luck in a grade: what could depend on chance is run under several seeds, and the worst run counts."""

from __future__ import annotations

from typing import Any

import pytest

from functions.grading.chance import by_chance
from functions.grading.checks import Test
from functions.grading.grades import grade
from functions.grading.repeating import SEEDS, run_reliably
from functions.runtime.sandbox import Execution, ItemResult

SORTED = Test(name="in order", kind="call", source="tidy(['b', 'c', 'a'])", expected=["a", "b", "c"])
LUCKY = "def tidy(items):\n    return list(set(items))\n"
PLAIN = "def tidy(items):\n    return sorted(items)\n"


class Sandbox:
    """A sandbox in which the order of a set is right under some seeds, as it may be in a real one."""

    def __init__(self, *right: int) -> None:
        self.right, self.seeds = right, list[int | None]()

    async def execute(self, code: str, *, seed: int | None = None, **asked: Any) -> Execution:
        self.seeds.append(seed)
        value = ["a", "b", "c"] if seed is None or seed in self.right else ["c", "a", "b"]
        return Execution(status="ok", results=[ItemResult(status="ok", value=value) for _ in asked["calls"]])


@pytest.mark.parametrize("right", [SEEDS[:1], SEEDS[1:], SEEDS[:2], SEEDS[2:]])
async def test_a_result_that_is_right_by_luck_counts_as_wrong_and_is_told(right: tuple[int, ...]) -> None:
    [test] = grade(await run_reliably(Sandbox(*right), LUCKY, [SORTED]), LUCKY).tests
    assert not test.passed
    assert ("The order of a set is not fixed" in test.message) == (SEEDS[0] in right)


async def test_a_right_result_under_every_seed_passes() -> None:
    sandbox = Sandbox(*SEEDS)
    assert grade(await run_reliably(sandbox, LUCKY, [SORTED]), LUCKY).complete
    assert sandbox.seeds == list(SEEDS)


async def test_a_program_without_chance_runs_once() -> None:
    sandbox = Sandbox()
    assert grade(await run_reliably(sandbox, PLAIN, [SORTED]), PLAIN).complete
    assert sandbox.seeds == [None]


@pytest.mark.parametrize(
    ("code", "chance"),
    [
        (LUCKY, True),
        ("import random\nprint(random.random())\n", True),
        ("from time import time\nprint(time())\n", True),
        ("print({n for n in 'abc'})\n", True),
        ("print({'a', 'b'})\n", True),
        ("print(hash('a'))\n", True),
        (PLAIN, False),
        ("print({'a': 1})\n", False),
    ],
)
def test_what_could_depend_on_chance_is_seen(code: str, chance: bool) -> None:
    assert by_chance(code) is chance
