"""On a cluster a replay is a second KafkaSource, by kubectl that checks flags as the real one does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.paths import ROOT
from infra.replay.kafka import Brokers, Kafka
from tests.support import recording_cli
from tests.support.overlays import kustomize

TOPIC = "struggle.detected"
NAME = "notification-struggle-detected-replay"
GROUP = "learnflow.notification.struggle.detected.replay"
KIND = "kafkasources.sources.knative.dev"
WORDS = ("replay", "ENV=staging", "--redeliver", "--topic", TOPIC, "--from-offset", "2")


@pytest.fixture(scope="module")
def brokers(kafka: str) -> str:
    """A broker that has five events of the topic, the first two of which are not asked for."""

    async def fill() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
            for number in range(5):
                await producer.send_and_wait(TOPIC, str(number).encode())

    asyncio.run(fill())
    return kafka


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The recording kubectl and what it finds."""
    script = tmp_path / "kubectl"
    script.write_text(f"#!{sys.executable}\n{Path(recording_cli.__file__).read_text()}")
    script.chmod(0o755)
    (tmp_path / "live.json").write_text("{}")
    return tmp_path


async def begin(folder: Path, brokers: str, *words: str) -> asyncio.subprocess.Process:
    environ = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "RECORDER": str(folder)}
    environ |= {"KUSTOMIZE": kustomize(), "KAFKA_BOOTSTRAP_SERVERS": brokers}
    environ.pop("DATABASE_URL", None)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.replay", *words),
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def calls(folder: Path) -> list[str]:
    path = folder / "calls.jsonl"
    return [" ".join(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


async def test_a_redelivery_makes_a_source_of_its_own_and_takes_it_away(brokers: str, folder: Path) -> None:
    child = await begin(folder, brokers, *WORDS, "--dry-run")
    planned = (await child.communicate())[0].decode()
    assert (child.returncode, calls(folder)) == (0, []), planned
    assert f"notification: 3 events of {TOPIC} by KafkaSource {NAME}\n  partition 0: 2 to 5" in planned
    child = await begin(folder, brokers, *WORDS)
    async with Kafka.open(Brokers(brokers)) as client:
        while not any("kubectl wait" in call for call in calls(folder)):
            await asyncio.sleep(0.05)
        assert await client.positions(GROUP, TOPIC) == {0: 2}
        await client.place_group(GROUP, await client.span(TOPIC, 5))  # as a dispatcher that is done
    said = (await child.communicate())[0].decode()
    assert child.returncode == 0, said
    assert "notification: 3 of 3 events" in said
    done = [call for call in calls(folder) if not call.startswith("kubectl get")]
    assert done == [line.strip() for line in planned.splitlines() if "kubectl" in line]
    assert [call.split()[1] for call in done] == ["apply", "wait", "delete"]


async def test_an_interrupted_redelivery_rests_and_the_same_command_goes_on(
    brokers: str, folder: Path
) -> None:
    words = ("replay", "ENV=trial", "--redeliver", "--topic", TOPIC, "--from-offset", "3")
    child = await begin(folder, brokers, *words)
    async with Kafka.open(Brokers(brokers)) as client:
        while not any("kubectl wait" in call for call in calls(folder)):
            await asyncio.sleep(0.05)
        manifest = yaml.safe_load((folder / "given.yaml").read_text())
        (folder / "live.json").write_text(json.dumps({f"{KIND}/{NAME}": manifest}))
        await asyncio.sleep(0.5)
        child.send_signal(signal.SIGINT)
        said = (await child.communicate())[0].decode()
        assert (child.returncode, "interrupted; the same command goes on" in said) == (130, True), said
        rests = f"kubectl scale {KIND} {NAME} -n learnflow-trial --replicas=0"
        assert calls(folder)[-1] == rests
        other = await begin(folder, brokers, *words[:-1], "4")
        refused = (await other.communicate())[0].decode()
        assert (other.returncode, "an interrupted replay is there" in refused) == (1, True), refused
        child = await begin(folder, brokers, *words)
        while not any(call.endswith("--replicas=1") for call in calls(folder)):
            await asyncio.sleep(0.05)
        assert await client.positions(GROUP, TOPIC) == {0: 3}, "it goes on where it was"
        await client.place_group(GROUP, await client.span(TOPIC, 5))
    said = (await child.communicate())[0].decode()
    assert (child.returncode, "goes on with the replay" in said) == (0, True), said
    changes = [call for call in calls(folder) if not call.startswith("kubectl get")]
    assert [call.split()[1] for call in changes] == ["apply", "wait", "scale", "scale", "wait", "delete"]
    deleted = f"kubectl delete {KIND} {NAME} -n learnflow-trial --ignore-not-found"
    assert [call for call in changes if "delete" in call] == [deleted]


async def test_a_source_that_no_replay_made_is_never_deleted(brokers: str, folder: Path) -> None:
    live: dict[str, Any] = {"kind": "KafkaSource", "metadata": {"name": NAME}}
    (folder / "live.json").write_text(json.dumps({f"{KIND}/{NAME}": live}))
    for words in (WORDS, (*WORDS, "--restart")):
        child = await begin(folder, brokers, *words)
        said = (await child.communicate())[0].decode()
        assert (child.returncode, "was not made by a replay" in said) == (1, True), said
    assert not any("delete" in call or "apply" in call for call in calls(folder))


async def test_a_rebuild_says_what_it_needs_to_reach(brokers: str, folder: Path) -> None:
    child = await begin(folder, brokers, "replay", "ENV=staging", "--rebuild", "progress")
    said = (await child.communicate())[0].decode()
    assert (child.returncode, "DATABASE_URL is not set" in said) == (1, True), said
