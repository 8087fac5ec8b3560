"""Sending a part of a topic to its functions again; the inbox knows what they have done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from infra.replay.environment import Environment
from infra.replay.errors import Refused
from infra.replay.kafka import Kafka, Span
from infra.replay.progress import Meter, Say
from infra.replay.request import Replay
from infra.replay.source import Live, Second, live_sources

LOOK_S = 0.5
COUNTS = """
SELECT count(*) FILTER (WHERE outcome = 'handled') AS handled,
       count(*) FILTER (WHERE outcome = 'dead') AS dead,
       count(*) FILTER (WHERE done_at IS NULL) AS waiting
  FROM inbox WHERE replay = $1 AND consumer = $2
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of events because they came again."""

    handled: int
    dead: int
    waiting: int

    def line(self, sent: int) -> str:
        """Say it; whatever was not handled now was known already, or is of no use to the function."""
        known = sent - self.handled - self.dead - self.waiting
        parts = [f"{sent:,} sent", f"{known:,} known already or of no use", f"{self.handled:,} handled now"]
        parts += [f"{self.dead:,} became dead letters"] if self.dead else []
        parts += [f"{self.waiting:,} failed and come again"] if self.waiting else []
        return ", ".join(parts)


async def redeliver(request: Replay, place: Environment, kafka: Kafka, now: datetime, say: Say) -> None:
    """Send the events to one function after the other."""
    assert request.topic is not None
    chosen = live_sources(place.manifests, request.topic, request.function)
    span = await kafka.span(request.topic, request.since, request.until)
    for live in chosen:
        second = Second.beside(live, span, request.asked, now)
        if request.dry_run:
            announce(second, live, place, say)
        elif not span.total:
            say(f"{live.function}: nothing to send")
        else:
            await send(request, live, second, place, kafka, say)


def announce(second: Second, live: Live, place: Environment, say: Say) -> None:
    """Say what would be done."""
    span = second.span
    say(f"{live.function}: {span.total:,} events of {span.topic} by KafkaSource {second.name}")
    for partition, start in sorted(span.starts.items()):
        say(f"  partition {partition}: {start} to {span.ends[partition]}")
    for command in place.sources.commands(second.manifest(live)):
        say(f"  {command}")


async def send(
    request: Replay, live: Live, second: Second, place: Environment, kafka: Kafka, say: Say
) -> None:
    """Send to one function, or go on where that was interrupted; the live source is not touched."""
    try:
        second = await begun(request, live, second, place, kafka, say)
        done = second.span.done(await kafka.positions(second.group, second.span.topic))
        meter = Meter(live.function, second.span.total, say, before=done)
        await until_sent(second.span, second.group, kafka, meter)
    except asyncio.CancelledError:
        if await place.sources.find(second.name) is not None:
            await place.sources.scale(second.name, 0)
            say(f"{live.function}: interrupted; the same command goes on, with --restart it begins anew")
        raise
    await place.sources.delete(second.name)
    say(f"{meter.line()}, in {meter.seconds:.1f} s")
    if place.database_url is not None:
        async with place.database() as db:
            row = await db.fetchrow(COUNTS, second.id, live.function)
        say(f"  {Counts(**row).line(second.span.total)}")  # type: ignore[arg-type]  # a count has a row


async def begun(
    request: Replay, live: Live, second: Second, place: Environment, kafka: Kafka, say: Say
) -> Second:
    """Make the second source, or start the one that an interrupted replay left."""
    found = await place.sources.find(second.name)
    if found is not None and request.restart:
        await place.sources.delete(second.name)
        found = None
    if found is None:
        await kafka.place_group(second.group, second.span)
        await place.sources.apply(second.manifest(live))
        return second
    left = Second.read(found)
    if left.asked != request.asked:
        raise Refused(
            f"an interrupted replay is there, asked for by: replay {left.asked}\n"
            "the same command goes on with it; --restart begins anew"
        )
    await place.sources.scale(left.name, int(live.manifest["spec"].get("consumers", 1)) or 1)
    say(f"{live.function}: goes on with the replay that was interrupted")
    return left


async def until_sent(span: Span, group: str, kafka: Kafka, meter: Meter) -> None:
    """Wait until a group has finished a span; its offsets are committed every five seconds."""
    while meter.done < span.total:
        await asyncio.sleep(LOOK_S)
        meter.reach(span.done(await kafka.positions(group, span.topic)))
