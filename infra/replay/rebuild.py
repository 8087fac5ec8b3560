"""Building a projection again from Kafka while the live one works on.

How far the topics were read is written in the same transaction as what was read, so that a rebuild that was
interrupted goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeAlias

from functions.notification import rebuild as alerts
from functions.notification.settings import NotificationSettings
from functions.progress import rebuild as progress
from functions.progress.settings import ProgressSettings
from functions.runtime.database import Connection
from infra.replay.errors import Refused
from infra.replay.events import Check, portion
from infra.replay.kafka import Kafka, Span
from infra.replay.progress import Meter, Say
from infra.replay.request import Projection, Replay

Building: TypeAlias = progress.Rebuild | alerts.Rebuild
# The clocks of who did something and of who wrote it down may differ.
MARGIN = timedelta(hours=1)
ALL_KEPT = datetime(9999, 1, 1, tzinfo=UTC)
LOCK = "SELECT pg_try_advisory_lock(hashtext('rebuild'), hashtext($1))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('rebuild'), hashtext($1))"
FORGET = "DELETE FROM rebuild_offsets WHERE name = $1"
SELECT = "UPDATE projections SET selection = $2 WHERE name = $1"
SELECTED = "SELECT selection FROM projections WHERE name = $1"
PUT = """
INSERT INTO rebuild_offsets (name, topic, partition, first_offset, next_offset, end_offset)
VALUES ($1, $2, $3, $4, $4, $5)
"""
READ = """
SELECT topic, partition, next_offset, end_offset, next_offset - first_offset AS read, left_out
  FROM rebuild_offsets WHERE name = $1
"""
ADVANCE = """
UPDATE rebuild_offsets SET next_offset = $4, left_out = left_out + $5
 WHERE name = $1 AND topic = $2 AND partition = $3
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read of each topic, and up to when live facts are kept where a topic is not read."""

    asked: str
    spans: tuple[Span, ...]
    kept: Mapping[str, datetime]

    @classmethod
    async def make(cls, request: Replay, topics: tuple[str, ...], kafka: Kafka) -> Self:
        """Look at the topics; raises Refused for a topic that does not feed the projection."""
        if request.topic not in (None, *topics):
            raise Refused(
                f"--topic: {request.rebuild} is built of {' and '.join(topics)}, not of {request.topic}"
            )
        wanted = [topic for topic in topics if request.topic in (None, topic)]
        kept = {topic: ALL_KEPT for topic in topics if topic not in wanted}
        for topic in wanted:
            times = (request.since, await kafka.forgotten(topic))
            if known := [time for time in times if isinstance(time, datetime)]:
                kept[topic] = max(known) + MARGIN
        spans = tuple([await kafka.span(topic, request.since) for topic in wanted])
        return cls(request.asked, spans, kept)

    @property
    def total(self) -> int:
        """How many records are to be read."""
        return sum(span.total for span in self.spans)

    def lines(self) -> list[str]:
        """Say what is read and what is kept."""
        taken = [
            f"{span.topic}: {span.total:,} events in {len(span.starts)} partitions" for span in self.spans
        ]
        kept = [
            f"{topic}: is not read, all that came by it is kept"
            if before == ALL_KEPT
            else f"{topic}: what happened before {before:%Y-%m-%d %H:%M} UTC is kept as it is"
            for topic, before in self.kept.items()
        ]
        return [*taken, *kept]


@dataclass(frozen=True, slots=True)
class Started:
    """A rebuild on its way; `before` of its records were read in earlier runs."""

    building: Building
    plan: Plan
    before: int
    left_out: int


def kind_of(name: Projection) -> type[progress.Rebuild] | type[alerts.Rebuild]:
    """Return what builds a projection."""
    return progress.Rebuild if name == "progress" else alerts.Rebuild


def rules_of(name: Projection, environ: Mapping[str, str]) -> Any:
    """Read the rules that the function works by; others would be stale at the next event."""
    settings = ProgressSettings if name == "progress" else NotificationSettings
    return settings.read(environ).rules


async def rebuild(
    request: Replay, db: Connection, kafka: Kafka, environ: Mapping[str, str], check: Check, say: Say
) -> None:
    """Build a projection again, or go on with a rebuild that was interrupted."""
    assert request.rebuild is not None
    name = request.rebuild
    if request.dry_run:
        plan = await Plan.make(request, kind_of(name).topics, kafka)
        for line in plan.lines():
            say(line)
        return
    async with alone(db, name):
        started = await start(request, db, kafka, rules_of(name, environ), say)
        meter = Meter(name, started.before + started.plan.total, say, before=started.before)
        left_out = started.left_out
        for span in started.plan.spans:
            left_out += await read(span, started, db, kafka, check, meter)
        say(f"  {meter.line()}; deriving the results")
        for topic, before in started.plan.kept.items():
            await started.building.keep(topic, before)
        differing = await started.building.finish()
        await db.execute(FORGET, name)
    say(f"{name} is rebuilt: {meter.done:,} events, {left_out:,} of them left out as no function takes them")
    took = f"{meter.seconds:.1f} s, {meter.rate:,.0f} events/s"
    say(f"  in {took}; the results of {differing:,} students differ from before")


@asynccontextmanager
async def alone(db: Connection, name: Projection) -> AsyncIterator[None]:
    """Keep a second rebuild of the same projection out; raises Refused when there is one."""
    if not await db.fetchval(LOCK, name):
        raise Refused(f"a rebuild of {name} is running")
    try:
        yield
    finally:
        if not db.is_closed():
            await db.execute(UNLOCK, name)


async def start(request: Replay, db: Connection, kafka: Kafka, rules: Any, say: Say) -> Started:
    """Begin, or find what an interrupted rebuild left."""
    assert request.rebuild is not None
    name, kind = request.rebuild, kind_of(request.rebuild)
    earlier = await db.fetchval(SELECTED, name)
    if earlier is not None and not request.restart:
        selection = json.loads(earlier)
        if selection["asked"] != request.asked:
            raise Refused(
                f"an interrupted rebuild is there, asked for by: replay {selection['asked']}\n"
                "the same command goes on with it; --restart begins anew"
            )
        if (building := await kind.resume(db, rules)) is not None:
            return await resumed(db, name, building, selection, say)
    async with db.transaction():
        building = await kind.begin(db, rules)
        plan = await Plan.make(request, kind.topics, kafka)
        await write(db, name, plan)
    for line in plan.lines():
        say(line)
    return Started(building, plan, 0, 0)


async def write(db: Connection, name: Projection, plan: Plan) -> None:
    """Write down what is to be read."""
    kept = {topic: before.isoformat() for topic, before in plan.kept.items()}
    await db.execute(SELECT, name, json.dumps({"asked": plan.asked, "kept": kept}))
    await db.execute(FORGET, name)
    rows = [
        (name, span.topic, partition, first, span.ends[partition])
        for span in plan.spans
        for partition, first in span.starts.items()
    ]
    await db.executemany(PUT, rows)


async def resumed(
    db: Connection, name: Projection, building: Building, selection: dict[str, Any], say: Say
) -> Started:
    """Read what is left to be read."""
    rows = await db.fetch(READ, name)
    kept = {topic: datetime.fromisoformat(raw) for topic, raw in selection["kept"].items()}
    spans = tuple(
        Span(
            topic,
            {row["partition"]: row["next_offset"] for row in rows if row["topic"] == topic},
            {row["partition"]: row["end_offset"] for row in rows if row["topic"] == topic},
        )
        for topic in dict.fromkeys(row["topic"] for row in rows)
    )
    plan = Plan(selection["asked"], spans, kept)
    done = sum(row["read"] for row in rows)
    say(f"goes on with the rebuild that was interrupted: {plan.total:,} of {plan.total + done:,} are left")
    return Started(building, plan, done, sum(row["left_out"] for row in rows))


async def read(
    span: Span,
    started: Started,
    db: Connection,
    kafka: Kafka,
    check: Check,
    meter: Meter,
) -> int:
    """Read what is left of a topic; returns how many records were left out."""
    left_out = 0
    async for records in kafka.read(span):
        found = portion(records, started.building.models, check)
        last = records[-1]
        async with db.transaction():
            await started.building.take(found.events)
            place = (meter.what, span.topic, last.partition)
            await db.execute(ADVANCE, *place, last.offset + 1, found.left_out)
        left_out += found.left_out
        meter.reach(meter.done + len(records))
    return left_out
