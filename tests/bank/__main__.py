"""Attack the bank: `attack [FAMILY ...]` prints wrong programs that pass, with inputs that would tell."""

from __future__ import annotations

import argparse
import asyncio
import sys

from functions.exercise.attacking import Survivor, survivors, wrong_programs
from functions.exercise.bank import BankExercise, load
from functions.exercise.instance import instantiate
from functions.exercise.verifying import solved
from tests.bank.by_hand import by_hand
from tests.integration.exercise.plain_python import PlainPython


async def attack(python: PlainPython, exercise: BankExercise, variation: int) -> list[Survivor]:
    """Attack one variation."""
    instance = await solved(python, instantiate(exercise, variation))
    programs = [*wrong_programs(instance.solution, seed=variation)]
    if variation == 0:
        programs += [one.program for one in by_hand().get(exercise.bank_id, ())]
    return await survivors(python, instance, programs, requires=exercise.requires)


def numbers(exercise: BankExercise) -> list[int]:
    """Choose the variations whose programs differ: as many as the longest list of values that go together."""
    different: dict[str, int] = {}
    for number in range(exercise.variations):
        different.setdefault(instantiate(exercise, number).solution, number)
    return sorted(different.values())[:6]


async def main(families: list[str], quick: bool) -> int:
    """Attack all families, or those that are named."""
    found = 0
    async with PlainPython.open() as python:
        for exercise in load().all():
            if families and exercise.bank_id not in families and exercise.slug not in families:
                continue
            seen = set[str]()
            for number in numbers(exercise)[: 1 if quick else None]:
                for survivor in await attack(python, exercise, number):
                    if survivor.program not in seen:
                        seen.add(survivor.program)
                        show(exercise, number, survivor)
            found += len(seen)
    print(f"{found} survivors")
    return 1 if found else 0


def show(exercise: BankExercise, number: int, survivor: Survivor) -> None:
    """Print a survivor."""
    print(f"== {exercise.bank_id} variation {number}\n{survivor.program.rstrip()}")
    print(
        f"-- {survivor.input.source!r}: right is {survivor.right}, this gives {survivor.given}\n", flush=True
    )


def options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="task bank")
    parser.add_argument("what", choices=["attack"], help="what to do")
    parser.add_argument("family", nargs="*")
    parser.add_argument("--quick", action="store_true", help="the first variation alone")
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    read = options(sys.argv[1:])
    sys.exit(asyncio.run(main(read.family, read.quick)))
