"""Whatever dies while questions are asked: every accepted question has exactly one answer."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.support.crowd import Crowd, settle
from tests.support.system import LocalSystem

SEED = 20260302
QUESTIONS, A_SECOND, STUDENTS = 200, 30.0, 20
AFTERWARDS = 50
# What can die independently dies in one run, each at a moment of its own.
VICTIMS = ("triage concepts", "delivery outbox gateway-1", "knative", "kafka", "postgres")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("victims", VICTIMS)
async def test_a_kill_loses_and_doubles_nothing(system: LocalSystem, victims: str) -> None:
    chance = random.Random(f"{SEED}-{victims}")
    crowd = await Crowd.register(system.url, STUDENTS)
    asking = asyncio.create_task(crowd.ask(QUESTIONS, A_SECOND))
    for victim in victims.split():
        await asyncio.sleep(chance.uniform(1.5, 2.5))
        system.kill(victim)
    tally = await asking
    during = len(tally.accepted)
    await asyncio.to_thread(system.wait_ready)
    await crowd.ask(AFTERWARDS, A_SECOND, tally)
    answers = await settle(system.exports["DATABASE_URL"], tally.accepted)
    print(f"\nkilled {victims} (seed {SEED}): {tally.report(answers)}")
    assert answers == {1: len(tally.accepted)}
    assert during
    assert len(tally.accepted) - during > AFTERWARDS // 2
    assert len(tally.accepted) >= QUESTIONS // 4
