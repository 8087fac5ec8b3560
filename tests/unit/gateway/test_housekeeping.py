"""Housekeeping goes on, whatever happens to one round of it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import asyncpg
import pytest

from functions.gateway import housekeeping
from functions.runtime.errors import DatabaseDown, NotReady


class House:
    """A floor of which housekeeping only asks whether the process stops."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.rounds = 0


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """A house in which five rounds fail, each in another way, and the sixth is the last."""
    made = House()
    errors = [DatabaseDown("gone"), NotReady("stopping"), asyncpg.DeadlockDetectedError("dead"),
              asyncpg.InterfaceError("closed"), KeyError("a mistake of ours")]  # fmt: skip

    async def keep(_: Any) -> None:
        made.rounds += 1
        if made.rounds <= len(errors):
            raise errors[made.rounds - 1]
        made.stopping.set()

    monkeypatch.setattr(housekeeping, "PERIOD_S", 0.0)
    monkeypatch.setattr(housekeeping, "keep", keep)
    return made


async def test_a_round_that_fails_is_not_the_last(house: House, caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(20):
        await housekeeping.run(cast(Any, house))
    assert house.rounds == 6
    assert caplog.text.count("housekeeping waits for the next time") == 5
    assert "KeyError" in caplog.text


async def test_it_stops_with_the_process(house: House) -> None:
    house.stopping.set()
    async with asyncio.timeout(20):
        await housekeeping.run(cast(Any, house))
    assert house.rounds == 0
