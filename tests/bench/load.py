"""SC-003: a hundred students for a minute beside ten: what they wait for, and what every process spends."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.figures import Figure, Goal, Report, Table
from tests.bench.openloop import Driven, drive
from tests.bench.processes import Watch
from tests.bench.students import Student, classroom
from tests.support.system import LocalSystem

MANY, FEW, SECONDS = 100, 10, {100: 60, 10: 30}
EVERY_S = 5.0
QUESTIONS = ("What is a for loop?", "How do lists differ from tuples?", "Why do functions return values?")
PROGRAM = "print(sum(range(1000)))"
GOAL = Goal(80, 400)
RATIO = 2.0
KINDS = {"question": "question → answer on the stream", "run": "program run", "look": "progress read"}


def measure(system: LocalSystem, _: Path) -> Report:
    """Let few act, then many, each student once in five seconds: seven questions, two programs, one look."""
    few, few_by_kind, _spent = asyncio.run(crowd(system, FEW))
    many, by_kind, spent = asyncio.run(crowd(system, MANY))
    figures, ratios = [], []
    for kind, name in KINDS.items():
        goal = GOAL if kind == "question" else Goal()
        base = Figure.of(f"{name}, {FEW} students", few_by_kind[kind], goal)
        full = Figure.of(f"{name}, {MANY} students", by_kind[kind], goal, base)
        figures += [base, full]
        ratios.append(f"{name} {full.p99 / base.p99:.1f}")
    failures = sum(many.errors.values()) + sum(few.errors.values())
    notes = [
        f"Errors: {dict(many.errors + few.errors) or 'none'} of {len(many.late_ms) + len(few.late_ms)} acts. "
        f"p99 of {MANY} students beside that of {FEW}, goal ≤ {RATIO:g}: {', '.join(ratios)}.",
        f"The sender: {few.note()}; {many.note()}.",
    ]
    table = Table((f"process, {MANY} students", "memory MB at most", "% of a core"), spent)
    return Report(
        f"SC-003: {MANY} students, open loop for {SECONDS[MANY]} s, beside {FEW}",
        [Table.of(figures), table],
        notes,
        figures,
        {"failures": failures},
    )


async def crowd(
    system: LocalSystem, count: int
) -> tuple[Driven, dict[str, list[float]], list[tuple[str, float, float]]]:
    """Let so many students act for their time."""
    taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
    async with classroom(system.url, count) as students:
        await drive(count / EVERY_S, 3, lambda n, due: act(students, n, due, {kind: [] for kind in KINDS}))
        async with Watch(system) as watch:
            driven = await drive(count / EVERY_S, SECONDS[count], lambda n, due: act(students, n, due, taken))
        driven.errors.update(f"{name} was started again" for name in watch.restarted())
        return driven, taken, watch.spent()


async def act(students: list[Student], number: int, due: float, taken: dict[str, list[float]]) -> float:
    """Have the next student do what comes next."""
    student, kind = students[number % len(students)], kind_of(number, len(students))
    if kind == "question":
        took, _ = await student.ask(QUESTIONS[number % len(QUESTIONS)], due)
    elif kind == "run":
        took = await student.run(PROGRAM, due)
    else:
        took = await student.look(due)
    taken[kind].append(took)
    return took


def kind_of(number: int, students: int) -> str:
    """Choose evenly, so that each student does everything in turn."""
    place = (number + number // students) % 10
    return "look" if place == 9 else "run" if place in (3, 7) else "question"
