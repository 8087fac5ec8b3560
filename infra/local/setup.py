"""Get the tools that are no Python packages, once: Kafka, kustomize, gVisor, the console's editor."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager

import psutil

from infra.local import golang, jars, javascript
from infra.local.errors import SetupError
from infra.local.paths import TOOLS

Say = Callable[[str], None]
Job = Callable[[], object]
CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
SCRATCH = TOOLS / "scratch"
KAFKA, KUSTOMIZE, GVISOR, EDITOR = "Kafka", "kustomize", "gVisor", "the console's editor"


def set_up(say: Say) -> None:
    """Make every tool ready; independent ones side by side. Raises SetupError for the first that fails."""
    if not missing():
        return
    with alone():
        todo = missing()
        if not todo:
            return
        started = time.monotonic()
        say(f"setting up {', '.join(todo)} (once; needs the network)")
        trust_as_pip_does()
        SCRATCH.mkdir()
        try:
            run_all(todo, say)
        finally:
            shutil.rmtree(SCRATCH, ignore_errors=True)
        say(f"all tools ready after {time.monotonic() - started:.0f} s")


def trust_as_pip_does() -> None:
    """Let every downloader trust the certificates that one of them was told to trust."""
    given = [os.environ[name] for name in CERTIFICATES if os.environ.get(name)]
    for name in CERTIFICATES if given else ():
        os.environ.setdefault(name, given[0])


def missing() -> list[str]:
    """Name the tools that are not ready."""
    ready = {
        KAFKA: jars.ready(),
        KUSTOMIZE: golang.kustomize_ready(),
        GVISOR: golang.sandbox_ready() or not sandbox_wanted(),
        EDITOR: javascript.ready(),
    }
    return [name for name, well in ready.items() if not well]


def sandbox_wanted() -> bool:
    """Tell whether programs are to run under gVisor, as they do unless somebody says otherwise."""
    return sys.platform.startswith("linux") and os.environ.get("LEARNFLOW_SANDBOX") != "unsafe-process"


def run_all(todo: list[str], say: Say) -> None:
    """Run all jobs in threads; when one fails, or this process is to stop, end what the others started."""
    with ThreadPoolExecutor(len(todo)) as pool:
        try:
            results = [pool.submit(timed, KAFKA, jars.install, say)] if KAFKA in todo else []
            results += [pool.submit(editor, say)] if EDITOR in todo else []
            if KUSTOMIZE in todo or GVISOR in todo:
                builder = golang.builder(SCRATCH)
                jobs: dict[str, Job] = {KUSTOMIZE: builder.kustomize, GVISOR: builder.sandbox}
                results += [pool.submit(timed, name, jobs[name], say) for name in todo if name in jobs]
            for result in as_completed(results):
                result.result()
        except BaseException:
            end_children()
            raise


def editor(say: Say) -> None:
    """Make the console's editor; without one the console works too, and the next set-up tries again."""
    try:
        timed(EDITOR, javascript.install, say)
    except SetupError as error:
        say(f"  the console will have plain text fields, since its editor could not be made: {error}")


def end_children() -> None:
    """End every process that this one started."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()


def timed(name: str, job: Job, say: Say) -> None:
    """Run one job and say how long it took."""
    started = time.monotonic()
    job()
    say(f"  {name} ready after {time.monotonic() - started:.0f} s")


@contextmanager
def alone() -> Iterator[None]:
    """Let one set-up run at a time, and clear what one that was cut short left behind."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for rest in [SCRATCH, *TOOLS.glob(".*-*"), *TOOLS.glob("gvisor-build-*")]:
            shutil.rmtree(rest, ignore_errors=True)
        yield
