"""Every example that a student sees runs, and prints what is written below it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from functions.diagnosis.catalogue import catalogue
from functions.knowledge.library import DEPTHS, library


def examples() -> dict[str, tuple[str, str]]:
    """All examples with the output they claim, by where they stand."""
    books = library()
    told = {
        f"{concept.id} ({depth})": (concept.cards[depth].example, concept.cards[depth].output)
        for concept in books.concepts.values()
        for depth in DEPTHS
    }
    recipes = [recipe for topic in books.topics.values() for recipe in topic.recipes]
    told |= {f"recipe {n} ({r.concept})": (r.example, r.output) for n, r in enumerate(recipes)}
    told |= {f"comparison {sorted(c.of)}": (c.example, c.output) for c in books.comparisons}
    return told


def run(code: str) -> tuple[int, str, str]:
    """Run a program in a Python and a folder of its own."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-I", "-c", code]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=Path(folder), timeout=30, check=False
        )
    return done.returncode, done.stdout, done.stderr


def test_every_example_of_a_card_prints_what_it_says() -> None:
    told = examples()
    with ThreadPoolExecutor(4) as threads:
        runs = dict(zip(told, threads.map(lambda one: run(one[0]), told.values()), strict=True))
    wrong = {
        name: runs[name] for name, (_, output) in told.items() if runs[name] != (0, output, runs[name][2])
    }
    assert wrong == {}
    assert len(told) >= 8 * 6 * 3


def test_every_worked_example_of_the_catalogue_runs() -> None:
    faults = (*catalogue().errors, *catalogue().silent.values())
    with ThreadPoolExecutor(4) as threads:
        runs = dict(zip((f.id for f in faults), threads.map(lambda f: run(f.example), faults), strict=True))
    assert {name: error for name, (status, _, error) in runs.items() if status} == {}
