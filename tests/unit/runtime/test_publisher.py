"""Rows of the outbox: published again while the process lives, not twice for a mark that is on its way."""

from __future__ import annotations

from typing import cast

import pytest

from functions.runtime.database import Pool
from functions.runtime.envelope import Outgoing
from functions.runtime.errors import DatabaseDown, PublishFailed
from functions.runtime.outbox import Row
from functions.runtime.publisher import OutboxPublisher

ROWS = [Row(seq, Outgoing("learning.requests", {"id": str(seq)}, b"")) for seq in (1, 2)]


class Sink:
    """Takes what is not refused; `refusals` counts down for each event."""

    def __init__(self, **refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[str] = []

    async def publish(self, event: Outgoing) -> None:
        left = self.refusals.get(f"e{event.id}", 0)
        if left:
            self.refusals[f"e{event.id}"] = left - 1
            raise PublishFailed("refused")
        self.taken.append(event.id)


class Away:
    """A pool without a database behind it: rows stay unmarked."""

    def acquire(self, timeout: float) -> object:
        raise DatabaseDown(f"nothing within {timeout} s")


def publisher(sink: Sink) -> OutboxPublisher:
    return OutboxPublisher(sink, cast(Pool, Away()), again_s=(0, 0, 0, 0))


async def test_only_what_did_not_go_out_is_published_again() -> None:
    sink = Sink(e2=3)
    outbox = publisher(sink)
    outbox.publish_soon(ROWS)
    while len(sink.taken) < 2:
        await outbox._pause(0)
    await outbox.drain(10)
    assert sink.taken == ["1", "2"]


async def test_after_the_last_try_a_row_is_left_to_the_sweep() -> None:
    sink = Sink(e2=99)
    outbox = publisher(sink)
    outbox.publish_soon(ROWS)
    while sink.refusals["e2"] > 94:
        await outbox._pause(0)
    await outbox.drain(10)
    assert (sink.taken, sink.refusals["e2"]) == (["1"], 94)


async def test_what_went_out_lately_is_not_published_again_though_no_mark_says_so() -> None:
    sink = Sink()
    outbox = publisher(sink)
    for _ in range(3):
        await outbox.publish(ROWS)
    await outbox.drain(10)
    assert sink.taken == ["1", "2"]


async def test_who_waits_for_a_row_is_told_that_it_did_not_go_out() -> None:
    with pytest.raises(PublishFailed):
        await publisher(Sink(e1=1)).publish(ROWS)
