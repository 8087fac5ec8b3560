"""Download Kafka's jars by their Maven coordinates, and make the class cache that lets it start fast."""

from __future__ import annotations

import hashlib
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from jgo.maven import MavenContext

from infra.local.errors import SetupError
from infra.local.kafka import CACHE, JARS, Kafka, java
from infra.local.paths import ROOT, TOOLS
from infra.local.process import Command, Process

LOCK = ROOT / "infra" / "local" / "kafka.lock"
STAMP = "lock.sha256"


def ready() -> bool:
    """Tell whether the jars are those of the lock and the class cache is made."""
    stamp = JARS / STAMP
    return stamp.exists() and stamp.read_text() == wanted() and CACHE.exists()


def install() -> None:
    """Make Kafka ready, unless it is."""
    if ready():
        return
    stamp = JARS / STAMP
    if not stamp.exists() or stamp.read_text() != wanted():
        download()
        CACHE.unlink(missing_ok=True)
    train()


def wanted() -> str:
    """Identify the jars of the lock."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def locked() -> list[tuple[str, str]]:
    """Read coordinates and SHA-256 of every jar."""
    lines = [line.split() for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    return [(coordinates, digest.removeprefix("sha256:")) for coordinates, digest in lines]


def download() -> None:
    """Fetch all jars into a new folder and put it in place at once."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS, prefix=".kafka-") as work:
        maven = MavenContext(repo_cache=Path(work) / "repository", timeout=60)
        folder = Path(work) / "jars"
        folder.mkdir()
        with ThreadPoolExecutor(8) as pool:
            jobs = [pool.submit(fetch, maven, jar, digest, folder) for jar, digest in locked()]
            for job in jobs:
                job.result()
        (folder / STAMP).write_text(wanted())
        shutil.rmtree(JARS, ignore_errors=True)
        folder.rename(JARS)


def fetch(maven: MavenContext, coordinates: str, digest: str, folder: Path) -> None:
    """Fetch one jar; raises SetupError when it is not the one that was locked."""
    group, artifact, version = coordinates.split(":")
    # One by one, without resolution: jgo 3.2.0 picks other versions of transitive jars than Maven does.
    try:
        jar = maven.project(group, artifact).at_version(version).artifact().resolve()
    except (requests.RequestException, RuntimeError) as error:
        raise SetupError(f"{coordinates} could not be downloaded: {error}") from error
    if hashlib.sha256(jar.read_bytes()).hexdigest() != digest:
        raise SetupError(f"{coordinates}: the jar differs from the one in {LOCK.name}")
    jar.rename(folder / jar.name)


def train() -> None:
    """Run a broker once and keep the classes it loaded: later ones start in half the time."""
    with tempfile.TemporaryDirectory(dir=TOOLS, prefix=".training-") as work:
        kafka = Kafka.anywhere(Path(work))
        kafka.initialise()
        cache = Path(work) / CACHE.name
        argv = (*java(f"-XX:AOTCacheOutput={cache}"), "kafka.Kafka", str(kafka.properties))
        process = Process(
            Command("kafka training", argv, kafka.log, ROOT, stop_signal=signal.SIGTERM, stop_limit_s=600)
        )
        try:
            process.wait_until(kafka.ready, limit_s=60)
        finally:
            process.stop()
        if not cache.exists():
            raise SetupError(f"Kafka made no class cache: {process.log_tail()}")
        cache.rename(CACHE)
