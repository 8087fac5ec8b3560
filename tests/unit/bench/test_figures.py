"""What is counted and how it is shown."""

from __future__ import annotations

import asyncio
import struct

import pytest

from tests.bench.figures import Figure, Goal, Table, percentile
from tests.bench.openloop import drive
from tests.support.wire import Frames


@pytest.mark.parametrize(("share", "value"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(share: int, value: int) -> None:
    assert percentile(range(1, 101), share) == value


def test_nothing_measured_is_no_figure() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        Figure.of("x", [])


def test_a_goal_is_met_when_both_of_its_ends_are() -> None:
    slow = Figure.of("x", [1.0] * 98 + [50.0] * 2)
    assert [Figure.of("x", [1.0], goal).met for goal in (Goal(1), Goal(0.5), Goal())] == [True, False, None]
    assert slow.p50 == 1.0
    assert Figure.of("x", [1.0] * 98 + [50.0] * 2, Goal(1, 10)).met is False


def test_a_column_that_nobody_fills_is_left_away() -> None:
    base = Figure.of("base", [2.0])
    assert Table.of([base]).head == ("", "p50 ms", "p95 ms", "p99 ms", "runs")
    beside = Table.of([base, Figure.of("x", [5.0], Goal(9), base)])
    assert beside.rows[1][5:] == ("2.5", "p50 ≤ 9", "yes")
    assert beside.markdown().splitlines()[1] == "|---|---:|---:|---:|---:|---|---|---|"


async def test_an_open_loop_waits_for_no_answer_and_counts_failures() -> None:
    begun, enough = 0, asyncio.Event()

    async def act(number: int, _: float) -> float:
        nonlocal begun
        begun += 1
        if begun == 5:
            enough.set()
        await enough.wait()
        if number == 3:
            raise RuntimeError("no")
        return 1.0

    driven = await drive(200, 0.025, act)
    assert (driven.took_ms, driven.errors, len(driven.late_ms)) == ([1.0] * 4, {"no": 1}, 5)


def test_a_wire_counts_what_waits_for_an_answer_however_it_is_cut() -> None:
    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!i", len(body) + 4) + body

    encryption = struct.pack("!ii", 8, 80877103)
    startup = struct.pack("!ii", 17, 3 << 16) + b"user\0ab\0\0"
    talk = message(b"Q", b"BEGIN\0") + message(b"P", b"SQS") + message(b"B", b"") + message(b"S", b"")
    whole = encryption + startup + talk
    assert Frames().round_trips(whole) == 2
    frames = Frames()
    assert sum(frames.round_trips(whole[at : at + 1]) for at in range(len(whole))) == 2
