"""How the gate of teachers' own exercises does on real tasks: `python -m tests.eval.holes FOLDER`.

FOLDER holds tasks as of githubhuyang/refactory (`question_N/code`, `question_N/ans`); nothing of it is kept.
Of each task some pairs and triples of its tests are what a hasty teacher would write. Real wrong programs
that pass them and fail the whole set are holes: counted before the gate, and after the tests it suggests
were added until it is content. The programs run in a plain process: for harmless material alone.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from functions.analysis.walls import at_once
from functions.authoring.content import Authored, AuthoredTest
from functions.exercise.authored.instances import instances
from functions.exercise.authored.proof import prove
from functions.grading.checks import Test
from functions.grading.grades import grade
from functions.grading.running import run_tests
from tests.eval.students import programs
from tests.eval.tables import share
from tests.integration.exercise.plain_python import PlainPython

SETS = 14
ROUNDS = 8


def exercise(task: Path) -> Authored:
    """Write a task as its teacher would, with all of its tests."""
    tests = [
        AuthoredTest(name=given.stem, kind="call", call=given.read_text().strip(), expected=wanted)
        for given in sorted(task.glob("ans/input_*.txt"))
        if (wanted := given.with_name(given.name.replace("input", "output")).read_text().strip())
    ]
    solution = next(iter(task.glob("code/reference/*.py"))).read_text()
    return Authored(
        title=task.name,
        topic="functions",
        difficulty="medium",
        instructions=(task / "description.txt").read_text(),
        starter_code=next(iter(task.glob("code/reference/*.py"))).read_text().splitlines()[0]
        + "\n    pass\n",
        solution=solution,
        tests=tuple(tests),
    )


async def passing(python: PlainPython, codes: Sequence[str], written: Authored) -> list[str]:
    """Give the programs that pass all tests of an exercise as it is written."""
    instance = instances(uuid4(), written)[0]
    outcomes = await run_tests(python, instance.solution, instance.tests)
    tests: list[Test] = instance.expecting([one.result.value for one in outcomes]).tests
    return [code for code in codes if grade(await run_tests(python, code, tests), code).complete]


async def mended(python: PlainPython, written: Authored) -> tuple[Authored, bool]:
    """Add what the gate suggests until it is content; says whether it refused at first."""
    refused = False
    for _ in range(ROUNDS):
        proof = await prove(python, python, uuid4(), written, at_once, lambda: False)
        added = tuple(one.suggested_test for one in proof.problems if one.suggested_test)
        if not added:
            break
        refused = True
        written = replace(written, tests=(*written.tests, *added))
    return written, refused


async def measure(task: Path) -> None:
    """Print the figures of one task."""
    whole = exercise(task)
    async with PlainPython.open() as python:
        right, wrong = (programs(task / "code" / name) for name in ("correct", "wrong"))
        failing = [code for code in wrong if not await passing(python, [code], whole)]
        good = await passing(python, right, whole)
        whole_proof = await prove(python, python, uuid4(), whole, at_once, lambda: False)
        said = "refused" if whole_proof.problems else "proven"
        print(f"{task.name}: with all {len(whole.tests)} tests {said}")
        print(f"  right programs graded right: {share(len(good), len(right))}")
        few = [c for size in (2, 3) for c in itertools.combinations(whole.tests, size)]
        random.Random(7).shuffle(few)
        before = after = holed = told = lost = 0
        for chosen in few[:SETS]:
            hasty = replace(whole, tests=chosen)
            holes = await passing(python, failing, hasty)
            better, refused = await mended(python, hasty)
            before, after = before + len(holes), after + len(await passing(python, holes, better))
            holed, told = holed + bool(holes), told + (bool(holes) and refused)
            lost += len(good) - len(await passing(python, good, better))
        print(f"  sets of two or three tests with holes that were refused: {share(told, holed)}")
        print(f"  wrong programs that pass them: {before} before, {after} after")
        print(f"  right programs that the suggested tests fail: {share(lost, SETS * len(good))}")


if __name__ == "__main__":
    for folder in sorted(Path(sys.argv[1]).glob("question_*")):
        asyncio.run(measure(folder))
