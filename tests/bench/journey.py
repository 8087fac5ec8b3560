"""SC-001: question to answer on the stream, open loop; the model's time and the system's own apart."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from infra.local.ports import free_ports
from tests.bench.figures import Figure, Goal, Report
from tests.bench.openloop import Driven, drive
from tests.bench.processes import Watch, idling
from tests.bench.students import Student, classroom
from tests.fakes.openai_server import serving_alone
from tests.support import plain
from tests.support.system import LocalSystem, running

STUDENTS = 100
SECONDS = {1: 15, 10: 10, 50: 10}
FLOOR_RATE = 10  # slow enough that nothing waits
QUESTIONS = (
    "What is a for loop?",
    "How do lists differ from tuples?",
    "Why do functions return values?",
    "What does a while loop do?",
)
NUMBER = re.compile(r"This is question (\d+)\.")
GOAL = Goal(80, 400)
MEDIAN_S, SIGMA = 1.2, 0.3
ONCE = httpx.Limits(max_keepalive_connections=0)


def measure(system: LocalSystem, folder: Path) -> Report:
    """Ask at three rates, without a model and with one."""
    notes: list[str] = []
    figures = asyncio.run(grounded(system, notes))
    with modelled(folder) as (other, model):
        figures += asyncio.run(with_model(other.url, model, figures, notes))
    return Report.of("SC-001: question → answer on the stream", figures, *notes)


async def grounded(system: LocalSystem, notes: list[str]) -> list[Figure]:
    """Ask the grounded tutor."""
    figures: list[Figure] = []
    async with classroom(system.url, STUDENTS) as students:
        await drive(5, 3, lambda n, due: asked(students, n, due))
        idle = await idling(system)
        for rate, seconds in SECONDS.items():
            async with Watch(system) as watch:
                driven = await drive(rate, seconds, lambda n, due: asked(students, n, due))
            if rate == FLOOR_RATE:
                notes.append(f"A question takes {watch.floor(idle, rate * seconds)}, the sender aside.")
            name = f"grounded tutor, {rate} a second"
            figures.append(Figure.of(name, driven.took_ms, GOAL, figures[0] if figures else None))
            notes.extend(remarks(name, driven))
    return figures


async def asked(students: list[Student], number: int, due: float) -> float:
    """Have the next student ask; gives the milliseconds it took."""
    took, _ = await students[number % len(students)].ask(QUESTIONS[number % len(QUESTIONS)], due)
    return took


async def with_model(url: str, model: str, before: list[Figure], notes: list[str]) -> list[Figure]:
    """Ask a model; what it took is taken from the total, question by question."""
    figures: list[Figure] = []
    async with classroom(url, STUDENTS) as students, plain.async_client(base_url=model, limits=ONCE) as fake:
        for rate, seconds in ((5, 3), *SECONDS.items()):
            await fake.post("/behave", json={"mode": "normal", "median_s": MEDIAN_S, "sigma": SIGMA})
            asking = Numbered(students)
            driven = await drive(rate, seconds, asking.ask)
            spent = times((await fake.get("/seen")).json())
            if rate not in SECONDS:
                continue
            name, took = f"with a model, {rate} a second", asking.took_ms
            figures.append(Figure.of(f"{name}: in all", driven.took_ms))
            figures.append(Figure.of(f"{name}: the model", [spent[n] for n in took if n in spent]))
            own = [took[n] - spent[n] for n in took if n in spent]
            figures.append(Figure.of(f"{name}: the system", own, GOAL, before[0]))
            notes.extend(remarks(name, driven, f"{asking.degraded} answers without the model"))
    return figures


class Numbered:
    """Students whose questions can be told apart."""

    def __init__(self, students: list[Student]) -> None:
        self._students = students
        self.took_ms: dict[int, float] = {}
        self.degraded = 0

    async def ask(self, number: int, due: float) -> float:
        """Have the next student ask; gives the milliseconds it took."""
        text = f"{QUESTIONS[number % len(QUESTIONS)]} This is question {number}."
        took, answer = await self._students[number % len(self._students)].ask(text, due)
        self.took_ms[number] = took
        self.degraded += bool(answer["degraded"])
        return took


def times(seen: list[dict[str, Any]]) -> dict[int, float]:
    """Read from the fake's record how long it took over each question, in milliseconds."""
    found: dict[int, float] = {}
    for call in seen:
        if "took_s" not in call:
            continue  # the caller did not wait for its end
        numbers = [NUMBER.search(str(message["content"])) for message in call["body"]["messages"]]
        for number in filter(None, numbers):
            found[int(number[1])] = found.get(int(number[1]), 0.0) + call["took_s"] * 1000
            break
    return found


def remarks(name: str, driven: Driven, *more: str) -> Iterator[str]:
    """Say what the percentiles do not."""
    errors = dict(driven.errors) or "no errors"
    yield f"{name}: {errors}; {'; '.join([*more, driven.note()])}"


@contextmanager
def modelled(folder: Path) -> Iterator[tuple[LocalSystem, str]]:
    """Run a system that has a model."""
    port = free_ports(1)[0]
    with serving_alone(port) as url:
        environ: dict[str, Any] = {"OPENAI_API_KEY": "bench", "OPENAI_BASE_URL": f"{url}/v1"}
        with running(folder / "with-model", **environ) as system:
            yield system, url
