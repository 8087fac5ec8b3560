"""Reading that costs too much is cut off, and costs nobody else anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from functions.analysis.errors import CutOff, ReaderFailed
from functions.analysis.walls import Walls, WallSettings
from functions.runtime.errors import ConfigurationError
from tests.unit.analysis import readers

LOW = WallSettings(workers=2, memory_mb=32, cpu_s=1, wall_s=2)


@pytest.fixture
async def walls() -> AsyncIterator[Walls]:
    async with Walls(LOW) as opened:
        yield opened


async def test_a_call_gives_what_the_function_gives(walls: Walls) -> None:
    assert await walls.run_for("ada", readers.length, "abc") == 3


async def test_a_worker_is_kept_for_the_next_call(walls: Walls) -> None:
    assert [await walls.run_for("ada", readers.length, "a" * n) for n in range(50)] == list(range(50))


async def test_too_much_memory_is_cut_off_and_the_next_call_works(walls: Walls) -> None:
    with pytest.raises(CutOff, match="memory"):
        await walls.run_for("ada", readers.hold, 64)
    assert await walls.run_for("ada", readers.hold, 8) == 8 * 2**20


async def test_too_much_processor_time_is_cut_off() -> None:
    async with Walls(replace(LOW, wall_s=20)) as walls:
        with pytest.raises(CutOff, match="time"):
            await walls.run_for("ada", readers.spin, 30.0)
        assert await walls.run_for("ada", readers.length, "ab") == 2


async def test_too_long_by_the_clock_is_cut_off() -> None:
    async with Walls(replace(LOW, wall_s=1)) as walls:
        with pytest.raises(CutOff, match="time"):
            await walls.run_for("ada", readers.doze, 30.0)


async def test_another_learner_does_not_wait_for_one_who_is_cut_off(walls: Walls) -> None:
    """Three long readings of one learner take one worker; the other is free."""
    long = [asyncio.create_task(walls.run_for("eve", readers.doze, 30.0)) for _ in range(3)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1.5):
        assert await walls.run_for("ada", readers.length, "abc") == 3
    assert not any(task.done() for task in long)
    for task in long:
        task.cancel()
    await asyncio.gather(*long, return_exceptions=True)


async def test_an_error_inside_says_its_type_and_place_and_quotes_nothing(walls: Walls) -> None:
    with pytest.raises(ReaderFailed, match=r"ValueError at readers\.py:\d+") as raised:
        await walls.run_for("ada", readers.fail, "what Ada wrote")
    assert "Ada" not in str(raised.value)


async def test_what_a_reader_prints_disturbs_nothing(walls: Walls) -> None:
    assert await walls.run_for("ada", readers.shout, "hello") == "hello"
    assert await walls.run_for("ada", readers.length, "ab") == 2


async def test_a_reply_that_is_too_large_is_cut_off(walls: Walls) -> None:
    with pytest.raises(CutOff, match="size"):
        await walls.run_for("ada", readers.fill, 5 * 2**20)


def test_a_wrong_setting_names_the_variable() -> None:
    with pytest.raises(ConfigurationError, match="LEARNFLOW_READER_WALL_S"):
        WallSettings.read({"LEARNFLOW_READER_WALL_S": "soon"})
