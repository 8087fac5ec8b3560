"""While a server is away the others say so, go on as far as they can, and recover by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support import plain
from tests.support.crowd import Crowd, account, settle
from tests.support.system import LocalSystem


@contextmanager
def frozen(system: LocalSystem, name: str) -> Iterator[None]:
    """Stop a server from answering, without ending it."""
    system.freeze(name)
    try:
        yield
    finally:
        system.thaw(name)


async def test_with_kafka_down_questions_are_taken_at_once_and_answered_later(system: LocalSystem) -> None:
    crowd = await Crowd.register(system.url, 5)
    with frozen(system, "kafka"):
        tally = await crowd.ask(10, a_second=5)
        assert (len(tally.accepted), tally.refused) == (10, {})
        assert tally.median_s < 0.5
    answers = await settle(system.exports["DATABASE_URL"], tally.accepted)
    assert answers == {1: 10}


async def test_with_postgresql_down_the_gateway_says_so_and_recovers(system: LocalSystem) -> None:
    async with plain.async_client(base_url=system.url, timeout=30) as client:
        token = (await client.post("/api/v1/auth/register", json=account())).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        question = {"text": "What is a loop?"}
        with frozen(system, "postgres"):
            refused = await client.post("/api/v1/chat/messages", json=question, headers=headers)
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["content-type"] == "application/problem+json"
            assert (await client.get("/health/ready")).status_code == 503
            assert (await client.get("/health/live")).status_code == 200
        deadline = time.monotonic() + 20
        while (await client.get("/health/ready")).status_code != 200:
            assert time.monotonic() < deadline, "the gateway did not recover"
            await asyncio.sleep(0.2)
        accepted = await client.post("/api/v1/chat/messages", json=question, headers=headers)
        assert accepted.status_code == 202
