"""The hub: who waits is woken for their own user, and never waits for ever."""

from __future__ import annotations

import asyncio
from uuid import UUID

from functions.gateway.hub import POLL_FALLBACK_S, Hub

USER, OTHER = UUID(int=1), UUID(int=2)


def hub() -> Hub:
    return Hub("postgresql://nowhere.invalid/x", asyncio.Event())


async def seconds_until_woken(hub: Hub, user: UUID, payload: str, at_most_s: float = 1.0) -> float:
    clock = asyncio.get_running_loop().time
    hub.listening = True
    with hub.bell(user) as bell:
        began = clock()
        asyncio.get_running_loop().call_later(0.02, hub._heard, None, 0, "", payload)
        await hub.wait(bell, at_most_s)
        return clock() - began


async def test_a_notification_wakes_its_user() -> None:
    assert await seconds_until_woken(hub(), USER, str(USER)) < 0.2


async def test_a_notification_of_another_user_wakes_nobody() -> None:
    assert await seconds_until_woken(hub(), USER, str(OTHER), 0.05) >= 0.05


async def test_a_notification_that_is_none_is_ignored() -> None:
    assert await seconds_until_woken(hub(), USER, "nonsense", 0.05) >= 0.05


async def test_without_notifications_one_looks_more_often() -> None:
    deaf, clock = hub(), asyncio.get_running_loop().time
    with deaf.bell(USER) as bell:
        began = clock()
        await deaf.wait(bell, 20)
    assert POLL_FALLBACK_S * 0.9 <= clock() - began < 1


async def test_a_bell_that_rang_before_the_wait_is_heard() -> None:
    ready = hub()
    ready.listening = True
    with ready.bell(USER) as bell:
        ready._heard(None, 0, "", str(USER))
        async with asyncio.timeout(0.1):
            await ready.wait(bell, 1)


async def test_nobody_waits_once_the_process_stops() -> None:
    stopping = asyncio.Event()
    stopping.set()
    ready = Hub("postgresql://nowhere.invalid/x", stopping)
    with ready.bell(USER) as bell:
        async with asyncio.timeout(0.1):
            await ready.wait(bell, 20)


async def test_bells_are_taken_down() -> None:
    ready = hub()
    with ready.bell(USER), ready.bell(USER):
        assert len(ready._bells[USER]) == 2
    assert ready._bells == {}
