"""What running a learner's program takes: at the runner, beside a busy neighbour, and through the gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import httpx

from tests.bench.figures import Figure

WARM_UP, RUNS, PAUSE_S = 5, 60, 0.15
HELLO = {"code": "print('hi')"}
ENDLESS = {"code": "while True:\n    pass"}


async def measure(exports: Mapping[str, str]) -> list[Figure]:
    """Measure one execution at a time; the neighbour keeps the other instance busy."""
    runner = f"{exports['LEARNFLOW_FUNCTION_SANDBOX_RUNNER_URL']}/execute"
    gateway = f"{exports['LEARNFLOW_URL']}/api/v1"
    async with httpx.AsyncClient(timeout=30) as client:
        alone = await hellos(client, runner, {})
        async with neighbour(client, runner):
            beside = await hellos(client, runner, {})
        through = await hellos(client, f"{gateway}/executions", await sign_up(client, gateway))
    return [
        Figure.of("print('hi') at the runner", alone, "≤ 15 / ≤ 60 ms"),
        Figure.of("the same beside an endless loop of another student", beside),
        Figure.of("the same through the gateway", through, "≤ 60 ms"),
    ]


async def hellos(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> list[float]:
    """Run the same short program again and again."""
    samples = []
    for _ in range(WARM_UP + RUNS):
        before = time.perf_counter()
        answer = (await client.post(url, json=HELLO, headers=headers)).raise_for_status().json()
        samples.append((time.perf_counter() - before) * 1000)
        if answer["stdout"] != "hi\n":
            raise AssertionError(f"wrong output: {answer}")
        await asyncio.sleep(PAUSE_S)
    return samples[WARM_UP:]


@asynccontextmanager
async def neighbour(client: httpx.AsyncClient, url: str) -> AsyncIterator[None]:
    """Keep one instance busy with endless loops."""

    async def loop() -> None:
        while True:
            await client.post(url, json=ENDLESS)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0.5)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def sign_up(client: httpx.AsyncClient, gateway: str) -> dict[str, str]:
    """Make an account and give its header."""
    name = uuid4().hex
    body = {"email": f"{name}@example.com", "password": name, "display_name": "Bench", "role": "student"}
    answer = (await client.post(f"{gateway}/auth/register", json=body)).raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
