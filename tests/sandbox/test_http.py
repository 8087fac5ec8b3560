"""What the door refuses, and how it behaves when many knock."""

from __future__ import annotations

import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.runner import PACKAGES, ROOT, Instance, instance


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 422, "body"),
        (b"[]", 422, "body"),
        (b"{", 422, "body"),
        (b'{"stdin": "x"}', 422, "code"),
        (b'{"code": 5}', 422, "code"),
        (b'{"code": "\\ud800"}', 422, "code"),
        (b'{"code": "", "mode": 1}', 422, "mode"),
        (b'{"code": "", "calls": []}', 422, "calls"),
        (b'{"code": "", "calls": [{}]}', 422, "calls[0].function"),
        (b'{"code": "", "calls": [{"function": "a b"}]}', 422, "calls[0].function"),
        (b'{"code": "", "calls": [{"function": "f", "args": {}}]}', 422, "calls[0].args"),
        (b'{"code": "", "calls": [{"function": "f", "args": [NaN]}]}', 422, "body"),
        (b'{"code": "", "stdin_cases": [1]}', 422, "stdin_cases[0]"),
        (b'{"code": "", "isolate": "yes"}', 422, "isolate"),
        (b'{"code": "", "calls": [{"function": "f"}], "stdin_cases": ["x"]}', 422, "stdin_cases"),
        (json.dumps({"code": "x" * 24_001}).encode(), 413, "code"),
        (json.dumps({"code": "\u20ac" * 8_001}).encode(), 413, "code"),
        (json.dumps({"code": "", "stdin": "x" * 65_537}).encode(), 413, "stdin"),
        (json.dumps({"code": "", "stdin_cases": ["x"] * 101}).encode(), 413, "stdin_cases"),
        (b"x" * 600_000, 413, "body"),
        (b"[" * 100_000, 422, "body"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_requests_name_their_field(sandbox: Instance, body: bytes, status: int, field: str) -> None:
    """422 and 413 say which field is wrong."""
    reply = sandbox.request("POST", "/execute", body)
    assert reply.status == status
    assert reply.body["errors"][0]["field"] == field


def test_who_is_in_a_hurry_gives_less_time(sandbox: Instance) -> None:
    """`timeout_s` shortens the time of one request, and never lengthens it."""
    hurried = sandbox.execute("while True: pass", timeout_s=0.5)
    assert hurried["status"] == "timeout"
    assert hurried["duration_ms"] < 4000
    assert sandbox.execute("print(1)", timeout_s=1000)["stdout"] == "1\n"


def test_largest_accepted_request(sandbox: Instance) -> None:
    """The limits themselves are allowed."""
    code = "print(len(input()))#".ljust(24_000, "x")
    assert sandbox.execute(code, stdin="y" * 65_536)["stdout"] == "65536\n"


def test_health(sandbox: Instance) -> None:
    """All three checks are well and say what they looked at."""
    for name in ("live", "ready", "startup"):
        reply = sandbox.health(name)
        assert (reply.status, reply.body["status"]) == (200, "ok")
    checks = sandbox.health().body["checks"]
    assert (checks["isolation"], checks["startup_test"]) == ("gvisor", "passed")


def test_a_hundred_at_once(sandbox: Instance) -> None:
    """All are answered, none is wrong; where the machine is slow, who is told to comes again."""

    def answered(number: int) -> str:
        while (reply := sandbox.post(code=f"print({number} * 2)")).status == 503:
            time.sleep(int(reply.headers["retry-after"]))
        assert reply.status == 200, reply
        return str(reply.body["stdout"])

    with ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(answered, range(100)))
    assert answers == [f"{n * 2}\n" for n in range(100)]


def test_neighbours_do_not_notice_each_other(instances: list[Instance]) -> None:
    """Two learners at once: neither sees, stops or fails the other."""
    look = "import os, time\nopen('mine', 'w').close()\ntime.sleep(0.5)\nprint(sorted(os.listdir()))"
    burn = "import time\nend = time.time() + 1\nwhile time.time() < end: pass\nprint('done')"
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(instances[0].execute, look)
        second = threads.submit(instances[1].execute, burn)
        assert first.result()["stdout"] == "['main.py', 'mine']\n"
        assert second.result()["stdout"] == "done\n"


def _send_and_hang_up(port: int, body: dict[str, Any]) -> None:
    text = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            b"POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + str(len(text)).encode()
            + b"\r\n\r\n"
            + text
        )
        time.sleep(0.3)


def test_a_client_that_hangs_up_frees_its_cell(sandbox: Instance) -> None:
    """Nobody waits for a program that nobody waits for."""
    _send_and_hang_up(sandbox.port, {"code": "while True: pass"})
    started = time.monotonic()
    assert sandbox.execute("print(1)")["stdout"] == "1\n"
    assert time.monotonic() - started < 2


def test_a_full_queue_answers_503(installed: None, tmp_path: Path) -> None:
    """Past the bounds of the queue the answer comes at once, and says when to try again."""
    narrow = {"LEARNFLOW_SANDBOX_PLACES": "1", "LEARNFLOW_SANDBOX_QUEUE": "1"}
    with instance(tmp_path, LEARNFLOW_SANDBOX_QUEUE_S="0.5", **narrow) as one:
        one.wait_ready()
        with ThreadPoolExecutor(3) as threads:
            running = threads.submit(one.post, code="import time\ntime.sleep(2)\nprint('x')")
            time.sleep(0.5)
            waiting = threads.submit(one.post, code="print(1)")
            time.sleep(0.2)
            refused = one.post(code="print(1)")
            assert (refused.status, refused.headers["retry-after"]) == (503, "1")
            assert waiting.result().status == 503
            assert running.result().body["stdout"] == "x\n"
        assert one.execute("print(2)")["stdout"] == "2\n"


def test_sigterm_lets_a_program_finish(installed: None, tmp_path: Path) -> None:
    """What runs is answered; then the process ends and nothing is left."""
    with instance(tmp_path) as one:
        one.wait_ready()
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(one.post, code="import time\ntime.sleep(1)\nprint('x')")
            time.sleep(0.4)
            one.process.terminate()
            assert running.result().body["stdout"] == "x\n"
        assert one.process.wait(10) == 0
        assert not (tmp_path / "runsc").exists()


def test_without_gvisor_nothing_is_run(installed: None, tmp_path: Path) -> None:
    """Fail closed: live, never ready, and the reason is told."""
    with _plain(tmp_path) as one:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                reply = one.health()
            except OSError:
                time.sleep(0.1)
                continue
            if "gVisor" in str(reply.body["checks"]["reason"]):
                break
        assert reply.status == 503
        assert "gVisor is not there" in reply.body["checks"]["reason"]
        assert one.health("live").status == 200
        refused = one.post(code="print(1)")
        assert refused.status == 503
        assert "gVisor is not there" in one.log.read_text()


def test_unsafe_mode_says_so(installed: None, tmp_path: Path) -> None:
    """It works, and neither the log nor an answer hides what it is."""
    with _plain(tmp_path, LEARNFLOW_SANDBOX="unsafe-process") as one:
        one.wait_ready()
        answer = one.execute("print(1)\n1/0")
        assert (answer["status"], answer["stdout"], answer["isolation"]) == ("error", "1\n", "none")
        assert one.execute("bytearray(10**9)")["status"] == "memory_limit"
        assert one.execute("while True: pass")["status"] == "timeout"
        assert "WITHOUT GVISOR" in one.log.read_text()


def _plain(folder: Path, **settings: str) -> Any:
    command = [sys.executable, "-m", "sandbox_runner"]
    path = f"{ROOT / 'sandbox-runner' / 'src'}:{PACKAGES}"
    return instance(folder, command=command, PYTHONPATH=path, **settings)


def test_a_second_instance_on_the_same_folder_is_refused(sandbox: Instance) -> None:
    """Two instances never share their state."""
    folder = sandbox.log.parent
    with instance(folder) as second:
        assert second.process.wait(10) != 0
        assert "another instance uses" in second.log.read_text()
    assert sandbox.execute("print(1)")["stdout"] == "1\n"


def test_many_executions_leave_nothing(sandbox: Instance) -> None:
    """Memory stays where it is, and cells are reaped."""
    for _ in range(20):
        sandbox.execute("print(1)")
    before = sandbox.health().body["checks"]
    for number in range(150):
        assert sandbox.execute(f"print({number})")["stdout"] == f"{number}\n"
    time.sleep(1)
    after = sandbox.health().body["checks"]
    assert after["memory_bytes"] - before["memory_bytes"] < 60 * 1024 * 1024
    assert after["descriptors"] <= before["descriptors"] + 8
    assert after["processes"] <= before["processes"] + 2


def test_killed_hard_nothing_is_left(installed: None, tmp_path: Path) -> None:
    """The sandbox dies with the process that started it, and the same folder can be used again."""
    with instance(tmp_path) as one:
        one.wait_ready()
        one.process.kill()
        one.process.wait()
        deadline = time.monotonic() + 5
        while _listens(one.port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _listens(one.port)
    with instance(tmp_path) as again:
        again.wait_ready()
        assert again.execute("print(1)")["stdout"] == "1\n"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_fat_instance_is_replaced(installed: None, tmp_path: Path) -> None:
    """It answers, refuses what comes after, and a fresh one takes its place."""
    with instance(tmp_path, LEARNFLOW_SANDBOX_RECYCLE_MIB="10") as one:
        for number in range(2):
            one.wait_ready()
            assert one.execute(f"print({number})")["stdout"] == f"{number}\n"
            deadline = time.monotonic() + 5
            while _listens(one.port) and time.monotonic() < deadline:
                time.sleep(0.01)
        one.wait_ready()
        assert one.log.read_text().count("recycling this instance") == 2
