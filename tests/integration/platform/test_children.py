"""Processes that are kept running, and never outlive who started them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from infra.local import runfile
from infra.local.children import Child, Spec
from infra.local.errors import StartError
from infra.local.process import Command, Process
from tests.support import sinks
from tests.support.eventually import until_true

SLEEP = (sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)")


def command(folder: Path, *argv: str) -> Command:
    return Command("sleeper", argv or SLEEP, folder / "log", folder, stop_limit_s=2)


async def always() -> bool:
    return True


async def never() -> bool:
    return False


async def test_the_cause_of_an_end_is_named_not_the_rest_of_its_stack_trace(tmp_path: Path) -> None:
    said: list[str] = []
    trace = "Caused by: java.net.BindException: Address already in use\n\tat Net.bind\n\t... 18 more\n"
    fails = command(tmp_path, sys.executable, "-c", f"import sys; sys.exit({trace!r})")
    child = Child(Spec(fails, None, ready=never), lambda: None, said.append)
    child.start()
    await until_true(lambda: bool(said))
    await child.stop()
    assert said[0].endswith("starting it again: Caused by: java.net.BindException: Address already in use")


async def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []

    async def printed() -> bool:
        return "here" in (tmp_path / "log").read_text()

    child = Child(Spec(command(tmp_path), None, ready=printed), lambda: None, said.append)
    child.start()
    await child.until_ready()
    before = child.state()
    assert before is not None
    os.kill(before.pid, signal.SIGKILL)
    await until_true(lambda: child.restarts == 1 and child.ready)
    after = child.state()
    assert after is not None
    assert said == ["sleeper ended with -9, starting it again: here"]
    assert (after.restarts, after.pid == before.pid) == (1, False)
    await child.stop()
    assert not psutil.pid_exists(after.pid)


async def test_a_child_that_fails_its_liveness_probe_is_killed_and_started_again(tmp_path: Path) -> None:
    spec = Spec(command(tmp_path), None, always, live=never, live_period_s=0.1, live_failures=2)
    child = Child(spec, lambda: None, lambda _: None)
    child.start()
    await until_true(lambda: child.restarts >= 1)
    await child.stop()


async def test_a_child_that_can_not_start_is_tried_ever_more_rarely(tmp_path: Path) -> None:
    said: list[str] = []
    ends = command(tmp_path, sys.executable, "-I", "-S", "-c", "raise SystemExit(1)")
    child = Child(Spec(ends, None, never), lambda: None, said.append)
    started = time.monotonic()
    child.start()
    async with asyncio.timeout(60):
        while child.restarts < 3:
            await asyncio.sleep(0.05)
    assert time.monotonic() - started >= 0.2 + 0.4 + 0.8
    await child.stop()
    assert said == ["sleeper ended with 1, starting it again: no message"]


async def test_a_program_that_is_not_there_is_named_and_looked_for_again(tmp_path: Path) -> None:
    said: list[str] = []
    child = Child(Spec(command(tmp_path, "no-such-program"), None, never), lambda: None, said.append)
    child.start()
    await until_true(lambda: child.restarts >= 2)
    await child.stop()
    assert said == ["sleeper cannot be started: [Errno 2] No such file or directory: 'no-such-program'"]


def test_a_process_that_ends_early_is_reported_with_its_last_words(tmp_path: Path) -> None:
    process = Process(command(tmp_path, "sh", "-c", "echo no such thing; exit 3"))
    with pytest.raises(StartError, match="sleeper ended with 3: no such thing"):
        process.wait_until(lambda: False, limit_s=5)


def test_a_process_that_ignores_the_request_to_stop_is_killed_with_all_it_started(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 60 & echo $!; while :; do sleep 1; done"
    process = Process(command(tmp_path, "sh", "-c", script))
    process.wait_until(lambda: (tmp_path / "log").read_text().endswith("\n"), limit_s=5)
    grandchild = int((tmp_path / "log").read_text())
    since = runfile.created(grandchild)
    process.stop()
    assert process.returncode() == -signal.SIGKILL
    sinks.until(lambda: not runfile.alive(grandchild, since), "the grandchild lives on")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel has to help")
def test_no_child_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from infra.local.process import Command, Process\n"
        f"p = Process(Command('x', ('sleep', '60'), Path({str(tmp_path / 'log')!r}), Path('.')))\n"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        created = runfile.created(pid)
        assert runfile.alive(pid, created)
        parent.kill()
    deadline = time.monotonic() + 5
    while runfile.alive(pid, created):
        assert time.monotonic() < deadline
        time.sleep(0.01)
