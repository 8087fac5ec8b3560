"""Nothing is lost when the stand-in or Kafka dies."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from infra.local import jars
from infra.local.kafka import Kafka
from infra.standin.settings import DEFAULTS
from tests.integration.standin.stage import Reply, Stage, event_headers
from tests.support.eventually import until_true

ROOT = Path(__file__).parents[3]


async def started(stage: Stage, folder: Path) -> Process:
    """Start the stand-in as a process and wait until it is ready."""
    (folder / "manifests.yaml").write_text(stage.text())
    stage.ports.save(folder / "ports.json")
    with (folder / "standin.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "infra.standin", "--manifests", folder / "manifests.yaml"),
            *("--ports", folder / "ports.json", "--bootstrap", stage.bootstrap),
            cwd=ROOT,
            stderr=log,
        )
    async with aiohttp.ClientSession() as client:
        await stage.answering(client)
    return process


async def test_after_kill_9_everything_is_delivered_at_least_once(kafka: str, tmp_path: Path) -> None:
    stage = Stage(kafka)
    stage.subscriber.behaviour = lambda _: Reply(after_s=0.5)
    async with stage.subscribed(), aiohttp.ClientSession() as client:
        process = await started(stage, tmp_path)
        ids = await stage.publish(client, 20)
        await until_true(lambda: len(stage.subscriber.requests) >= 10)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        before = len(stage.subscriber.requests)
        again = await started(stage, tmp_path)
        killed_at = time.monotonic()
        await until_true(lambda: len(stage.subscriber.requests) > before)
        assert time.monotonic() - killed_at < 5
        await stage.settled(client)
        again.send_signal(signal.SIGTERM)
        assert await again.wait() == 0
    assert {request.id for request in stage.subscriber.requests} == set(ids)


async def test_a_refused_manifest_ends_the_process_with_one_line(kafka: str, tmp_path: Path) -> None:
    stage = Stage(kafka)
    (tmp_path / "manifests.yaml").write_text(stage.text().replace("topics:", "topicz:"))
    stage.ports.save(tmp_path / "ports.json")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "infra.standin", "--manifests", tmp_path / "manifests.yaml"),
        *("--ports", tmp_path / "ports.json", "--bootstrap", kafka),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().count("\n") == 1
    assert "KafkaSource source: Object" in said.decode()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Kafka]:
    """A broker that a test may kill."""
    jars.install()
    yield Kafka.anywhere(tmp_path)


@asynccontextmanager
async def broker_running(broker: Kafka) -> AsyncIterator[int]:
    process = await asyncio.to_thread(broker.start)
    try:
        yield process.pid
    finally:
        await asyncio.to_thread(process.stop)


async def test_an_outage_of_kafka_is_answered_with_503_and_survived(own_broker: Kafka) -> None:
    """Kafka comes after the stand-in, is killed, and comes back."""
    stage = Stage(own_broker.bootstrap)
    stage.settings = replace(DEFAULTS, sink_limit_s=1.0)
    async with stage.subscribed(), stage.running(ready=False) as client:
        assert await posted(client, stage) == 503
        async with broker_running(own_broker) as pid:
            await stage.answering(client)
            ids = await stage.publish(client, 5)
            await until_true(lambda: delivered(stage) >= set(ids))
            os.kill(pid, signal.SIGKILL)
            started_at = time.monotonic()
            assert await posted(client, stage) == 503
            assert time.monotonic() - started_at < 3
            async with client.get(f"{stage.control}/health/ready") as response:
                assert response.status == 503
            async with client.get(f"{stage.control}/health/live") as response:
                assert response.status == 200
        async with broker_running(own_broker):
            await stage.answering(client)
            more = await stage.publish(client, 5)
            await until_true(lambda: delivered(stage) >= set(more))


def delivered(stage: Stage) -> set[str]:
    return {request.id for request in stage.subscriber.requests}


async def posted(client: aiohttp.ClientSession, stage: Stage) -> int:
    async with client.post(stage.sink, data=b"{}", headers=event_headers("outage")) as response:
        return response.status
