"""Every example that a student sees runs, and prints what is written below it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from functions.diagnosis.catalogue import catalogue
from functions.knowledge.checks import Check
from functions.knowledge.library import DEPTHS, library


class Program(NamedTuple):
    """An example, what it prints, and what its user types."""

    code: str
    output: str
    typed: str = ""


# Runs a list of small programs one after the other, and prints what each printed.
ALL_IN_ONE = """
import contextlib, io, json, sys

printed = []
for program in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as caught:
        exec(program, {})
    printed.append(caught.getvalue())
print(json.dumps(printed))
"""


def examples() -> dict[str, Program]:
    """All examples with the output they claim, by where they stand."""
    books = library()
    told = {
        f"{concept.id} ({depth})": Program(concept.cards[depth].example, concept.cards[depth].output)
        for concept in books.concepts.values()
        for depth in DEPTHS
    }
    return told | {
        f"{entry.id} ({entry.kind})": Program(entry.example, entry.output, entry.typed)
        for entry in books.entries.values()
    }


def checks() -> dict[str, Check]:
    """All check questions, by where they stand."""
    books = library()
    told = {
        f"{concept.id} ({depth})": concept.cards[depth].check
        for concept in books.concepts.values()
        for depth in DEPTHS
    }
    return told | {entry.id: entry.check for entry in books.entries.values() if entry.check is not None}


def run(code: str, typed: str = "") -> tuple[int, str, str]:
    """Run a program in a Python and a folder of its own."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-I", "-c", code]
        done = subprocess.run(
            command, input=typed, capture_output=True, text=True, cwd=Path(folder), timeout=30, check=False
        )
    return done.returncode, done.stdout, done.stderr


def test_every_example_of_a_card_prints_what_it_says() -> None:
    told = examples()
    with ThreadPoolExecutor(4) as threads:
        done = threads.map(lambda one: run(one.code, one.typed), told.values())
        runs = dict(zip(told, done, strict=True))
    wrong = {name: runs[name] for name, one in told.items() if runs[name][:2] != (0, one.output)}
    assert wrong == {}
    assert len(told) >= 8 * 6 * 3 + 450


def test_every_answer_to_a_check_question_that_a_program_can_print_is_printed_by_it() -> None:
    told = {name: check for name, check in checks().items() if check.program is not None}
    status, printed, error = run(ALL_IN_ONE, json.dumps([check.program for check in told.values()]))
    assert (status, error) == (0, "")
    runs = dict(zip(told, json.loads(printed), strict=True))
    assert {name: runs[name] for name, check in told.items() if not holds(check, runs[name])} == {}
    assert {name for name, c in checks().items() if c.kind in ("value", "output")} == set(told)


def holds(check: Check, printed: str) -> bool:
    """Whether a program printed the answer of a check question."""
    if check.kind == "value" and printed.strip() != check.answer:
        return bool(ast.literal_eval(printed.strip()) == ast.literal_eval(check.answer))
    return [line.rstrip() for line in printed.strip().splitlines()] == check.answer.splitlines()


def test_every_worked_example_of_the_catalogue_runs() -> None:
    faults = (*catalogue().errors, *catalogue().silent.values())
    with ThreadPoolExecutor(4) as threads:
        runs = dict(zip((f.id for f in faults), threads.map(lambda f: run(f.example), faults), strict=True))
    assert {name: error for name, (status, _, error) in runs.items() if status} == {}
