"""SC-004: publish to handler done, topic by topic, slow and fast, and the longest queue seen."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg

from tests.bench.figures import Figure, Goal, Report, Table
from tests.bench.floor import Floor, floor
from tests.bench.openloop import drive
from tests.bench.processes import Watch, idling
from tests.support.processes import ROOT
from tests.support.system import LocalSystem

RATES = {10: 40, 300: 300}
WORK_SHARE = 3
GOAL = Goal(20, 100)
DRAIN_S = 10.0
SOURCE = "/bench"
IDS = ("message", "conversation", "student", "submission", "exercise", "activity", "alert")
FRESH = [f"{name}_id" for name in IDS]
DONE = """
SELECT id, done_at FROM inbox
 WHERE consumer = $1 AND source = $2 AND id = ANY($3::text[]) AND done_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Way:
    """A topic, an event on it, and the function that handles it; `works` when that is more than reading."""

    topic: str
    type: str
    consumer: str
    works: str = ""
    changed: dict[str, Any] = field(default_factory=dict)


WAYS = (
    Way("progress.events", "learnflow.activity.recorded.v1", "progress"),
    Way("struggle.detected", "learnflow.struggle.detected.v1", "notification"),
    Way("exercise.generated", "learnflow.exercise.generated.v1", "progress"),
    Way("learning.responses", "learnflow.response.produced.v1", "delivery"),
    Way("concepts.requests", "learnflow.concept.requested.v1", "concepts"),
    Way("debug.requests", "learnflow.debug.requested.v1", "debug", "runs the program"),
    Way("exercise.requests", "learnflow.exercise.requested.v1", "exercise", "proves the exercise"),
    Way(
        "code.submissions",
        "learnflow.code.submitted.v1",
        "code_review",
        "runs the linter",
        {"exercise_id": None},
    ),
    # The last one, because each sets off four events more.
    Way(
        "learning.requests",
        "learnflow.query.submitted.v1",
        "triage",
        changed={"text": "What is a for loop?", "code": None},
    ),
)


def measure(system: LocalSystem, folder: Path) -> Report:
    """Publish to every topic at two rates, after the floor."""
    return asyncio.run(Events(system, folder).measure())


class Events:
    """Publishes and looks up when it was handled."""

    def __init__(self, system: LocalSystem, folder: Path) -> None:
        self._system = system
        self._exports = system.exports
        self._folder = folder
        self._figures: list[Figure] = []
        self._queues: list[tuple[Any, ...]] = []
        self._notes: list[str] = []

    async def measure(self) -> Report:
        """Measure the floor, then every topic."""
        async with aiohttp.ClientSession() as client:
            with floor(self._exports["KAFKA_BOOTSTRAP_SERVERS"], self._folder) as ground:
                bases = {rate: await self._ground(client, ground, rate) for rate in RATES}
            self._idle = await idling(self._system)
            db = await asyncpg.connect(self._exports["DATABASE_URL"])
            try:
                for way in WAYS:
                    for rate in RATES:
                        await self._way(client, db, way, rate, bases[rate])
            finally:
                await db.close()
        head = ("topic", "a second", "sent", "handled a second", "longest queue")
        title = "SC-004: publish → handler done"
        return Report(title, [Table.of(self._figures), Table(head, self._queues)], self._notes, self._figures)

    async def _ground(self, client: aiohttp.ClientSession, ground: Floor, rate: int) -> Figure:
        sent, _ = await publish(client, ground.sink, WAYS[0], rate)
        await settled(lambda: asyncio.to_thread(missing, ground, sent))
        bases = []
        for name, words in (("raw", "raw consumer"), ("bare", "bare functions-framework function")):
            done = ground.done(name)
            took = [(done[event_id] - due) * 1000 for event_id, due in sent.items()]
            bases.append(Figure.of(f"{words}, {rate} a second", took))
        self._figures += bases
        return bases[1]

    async def _way(
        self, client: aiohttp.ClientSession, db: asyncpg.Connection[Any], way: Way, rate: int, base: Figure
    ) -> None:
        sink = self._exports[f"LEARNFLOW_SINK_{way.topic.upper().replace('.', '_')}_URL"]
        queues: list[int] = []
        watching = asyncio.create_task(watch(client, self._exports["LEARNFLOW_CONTROL_URL"], queues))
        try:
            async with Watch(self._system) as spending:
                sent, note = await publish(client, sink, way, rate)
                done = await handled(db, way, sent)
                await empty(client, self._exports["LEARNFLOW_CONTROL_URL"])
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        took = [(at - sent[event_id]) * 1000 for event_id, at in done.items()]
        goal = Goal() if way.works else GOAL
        works = f" ({way.works})" if way.works else ""
        self._figures.append(
            Figure.of(f"{way.topic} → {way.consumer}{works}, {rate} a second", took, goal, base)
        )
        span = max(done.values()) - min(sent.values())
        self._queues.append(
            (f"{way.topic} → {way.consumer}", rate, len(sent), len(done) / span, max(queues, default=0))
        )
        if len(done) < len(sent):
            self._notes.append(
                f"{way.topic}, {rate} a second: {len(sent) - len(done)} not handled in {DRAIN_S:g} s"
            )
        if rate == min(RATES):
            self._notes.append(f"An event of {way.topic} takes {spending.floor(self._idle, len(sent))}.")
        if rate == max(RATES) and way is WAYS[0]:
            self._notes.append(f"The sender at {rate} a second: {note}.")


async def publish(
    client: aiohttp.ClientSession, sink: str, way: Way, rate: int
) -> tuple[dict[str, float], str]:
    """Publish at a rate; gives when each event was due, by the clock on the wall."""
    template = json.loads((ROOT / "events/examples" / f"{way.type}.json").read_text()) | way.changed
    loop, sent = asyncio.get_running_loop(), dict[str, float]()
    wall = time.time() - loop.time()

    async def send(_: int, due: float) -> float:
        event_id, student = str(uuid4()), str(uuid4())
        fresh = {name: str(uuid4()) for name in FRESH if template.get(name) is not None}
        data = {
            name: value
            for name, value in {**template, **fresh, "student_id": student}.items()
            if value is not None
        }
        headers = {"ce-specversion": "1.0", "ce-id": event_id, "ce-source": SOURCE, "ce-type": way.type}
        headers |= {"ce-partitionkey": student, "ce-subject": student, "content-type": "application/json"}
        sent[event_id] = due + wall
        async with client.post(sink, data=json.dumps(data), headers=headers) as answer:
            answer.raise_for_status()
        return (loop.time() - due) * 1000

    driven = await drive(rate, RATES[rate] / rate / (WORK_SHARE if way.works else 1), send)
    if driven.errors:
        raise AssertionError(f"{way.topic}: not taken by the sink: {dict(driven.errors)}")
    return sent, driven.note()


async def handled(db: asyncpg.Connection[Any], way: Way, sent: dict[str, float]) -> dict[str, float]:
    """Wait until all events are handled, or for so long; gives when each was."""
    done: dict[str, float] = {}

    async def left() -> int:
        rows = await db.fetch(DONE, way.consumer, SOURCE, list(sent))
        done.update({row["id"]: row["done_at"].timestamp() for row in rows})
        return len(sent) - len(done)

    await settled(left)
    return done


async def settled(left: Callable[[], Awaitable[int]]) -> None:
    """Wait until nothing is left, at most DRAIN_S."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while await left():
                await asyncio.sleep(0.25)


def missing(ground: Floor, sent: dict[str, float]) -> int:
    """Count what a consumer of the floor has not noted yet."""
    return sum(len(sent.keys() - ground.done(name).keys()) for name in ground.notes)


async def lags(client: aiohttp.ClientSession, control: str) -> dict[str, int]:
    """Ask how many events each source has not finished."""
    async with client.get(f"{control}/lag") as answer:
        return {name: one["lag"] or 0 for name, one in json.loads(await answer.read())["sources"].items()}


async def watch(client: aiohttp.ClientSession, control: str, queues: list[int]) -> None:
    """Note the longest queue of any source, twice a second."""
    while True:
        queues.append(max((await lags(client, control)).values()))
        await asyncio.sleep(0.5)


async def empty(client: aiohttp.ClientSession, control: str) -> None:
    """Wait until what was set off has come to its end too, so that the next topic starts in quiet."""

    async def left() -> int:
        return sum((await lags(client, control)).values())

    await settled(left)
