"""A class on one instance: programs run side by side, and none of them stops or sees another."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.attacks import ATTACKS, Attack
from tests.sandbox.runner import Instance, Reply

ENDLESS = "while True: pass"
MIB = 2**20


def _at_once(sandbox: Instance, programs: list[str]) -> list[Reply]:
    """Let each program be another student's; all arrive together."""

    def run(numbered: tuple[int, str]) -> Reply:
        number, code = numbered
        reply = sandbox.post(code=code, fair_key=f"student {number}")
        # A machine that is busy with other things may have no cell in time: who is told to comes again.
        while reply.status == 503 and "no cell" in reply.body["detail"]:
            time.sleep(int(reply.headers["retry-after"]))
            reply = sandbox.post(code=code, fair_key=f"student {number}")
        return reply

    with ThreadPoolExecutor(len(programs)) as threads:
        return list(threads.map(run, enumerate(programs)))


def _endings(replies: list[Reply]) -> Counter[str]:
    return Counter(str(reply.body["status"]) for reply in replies)


def test_endless_loops_of_some_do_not_hold_up_the_others(sandbox: Instance) -> None:
    """Six loops and 24 programs that end: all are answered, those that end long before the loops do."""
    replies = _at_once(sandbox, [ENDLESS] * 6 + [f"print({n})" for n in range(24)])
    assert [reply.status for reply in replies] == [200] * 30
    assert _endings(replies[:6]) == Counter(timeout=6)
    assert [reply.body["stdout"] for reply in replies[6:]] == [f"{n}\n" for n in range(24)]
    loops = min(reply.seconds for reply in replies[:6])
    assert statistics.median(reply.seconds for reply in replies[6:]) < loops


def test_who_computes_makes_room_and_ends_as_it_should(sandbox: Instance) -> None:
    """A program that is stopped for a moment, because others wait for a cell, notices nothing."""
    compute = "total = 0\nfor n in range(6_000_000): total += n\nprint(total)"
    replies = _at_once(sandbox, [compute] * 2 + [f"print({n})" for n in range(16)])
    assert {reply.body["status"] for reply in replies[:2]} <= {"ok", "timeout"}
    assert {reply.body["stdout"] for reply in replies[:2]} <= {"17999997000000\n", ""}
    assert _endings(replies[2:]) == Counter(ok=16)


def test_thirty_programs_that_sleep_do_so_together(sandbox: Instance) -> None:
    """The thirtieth does not wait for 29 seconds."""
    replies = _at_once(sandbox, ["import time\ntime.sleep(1)\nprint('x')"] * 30)
    assert _endings(replies) == Counter(ok=30)
    assert max(reply.seconds for reply in replies) < 10


def test_thirty_programs_of_40_mb_all_fit(sandbox: Instance) -> None:
    """Each has its own 50 MB, whatever the others hold at that time."""
    program = "import time\ndata = bytearray(40_000_000)\ntime.sleep(0.5)\nprint(len(data))"
    replies = _at_once(sandbox, [program] * 30)
    assert _endings(replies) == Counter(ok=30)


@pytest.mark.parametrize(
    ("program", "status"),
    [
        (f"data = bytearray({50 * MIB})", "ok"),
        (f"data = bytearray({51 * MIB})", "memory_limit"),
        (f"data = [0] * ({49 * MIB} // 8)", "ok"),
        (f"data = [0] * ({51 * MIB} // 8)", "memory_limit"),
        ("data = [bytes(1000) for _ in range(43_000)]", "ok"),
        ("data = [bytes(1000) for _ in range(53_000)]", "memory_limit"),
        (f"first = bytearray({30 * MIB})\nsecond = bytearray({21 * MIB})", "memory_limit"),
    ],
)
def test_fifty_megabytes_are_fifty_megabytes(sandbox: Instance, program: str, status: str) -> None:
    """50 MiB fit in one piece, 51 do not, in whatever form."""
    assert sandbox.execute(program)["status"] == status


def test_threads_are_counted_for_each_program_alone(sandbox: Instance) -> None:
    """A neighbour with sixty threads takes none of mine."""
    many = """
import threading, time
for _ in range({}):
    threading.Thread(target=time.sleep, args=(1.5,), daemon=True).start()
time.sleep(1.5)
"""
    replies = _at_once(sandbox, [many.format(55), many.format(55), many.format(20), many.format(80)])
    assert [reply.body["status"] for reply in replies] == ["ok", "ok", "ok", "error"]
    assert "can't start new thread" in replies[3].body["stderr"]


def test_processor_time_is_bounded_over_all_threads(sandbox: Instance) -> None:
    """Whoever burns two cores has half as long, and whoever ignores the signal is killed."""
    burn = """
import hashlib, signal, threading
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
def burn():
    while True: hashlib.sha256(b'x' * 100_000).digest()
for _ in range(8): threading.Thread(target=burn).start()
"""
    answer = sandbox.execute(burn)
    assert answer["status"] == "timeout"
    assert answer["cpu_ms"] < 7500


def test_one_student_waits_for_oneself_alone(sandbox: Instance) -> None:
    """Twelve programs of one student use four places; eight wait, the next is refused, another is served."""
    slow = "import time\ntime.sleep(1.5)\nprint('x')"
    with ThreadPoolExecutor(14) as threads:
        eager = [threads.submit(sandbox.post, code=slow, fair_key="eager") for _ in range(13)]
        other = sandbox.post(code="print(1)", fair_key="other")
        assert (other.status, other.body["stdout"]) == (200, "1\n")
        statuses = Counter(one.result().status for one in eager)
    assert statuses[429] + statuses[503] >= 1
    assert statuses[200] >= 8
    refused = [one.result() for one in eager if one.result().status != 200]
    assert all(reply.headers["retry-after"] == "1" for reply in refused)


_CANARY = """
import os, threading, time
for _ in range(40):
    time.sleep(0.1)
    assert os.listdir('/tmp') == ['main.py'] and os.getpid() == 1 and threading.active_count() == 1
print('undisturbed')
"""
_NOISE = {
    "fork_bomb",
    "fifty_hashing_threads",
    "swallow_memory_errors",
    "two_hundred_threads",
    "tiny_thread_stacks",
    "many_files",
    "kill_by_number",
    "ignore_all_signals",
    "alarm_storm",
    "big_pipes",
    "full_pipes",
    "list_growth",
    "string_doubling",
}


def test_neighbours_of_attacks_are_undisturbed(sandbox: Instance) -> None:
    """While others flood, grow, kill and fork beside them, programs that do no wrong end as they should."""
    noise = [attack for attack in ATTACKS if attack.name in _NOISE]
    assert len(noise) == len(_NOISE)

    def attack(one: Attack) -> Reply:
        return sandbox.post(code=one.code, stdin=one.stdin)

    with ThreadPoolExecutor(8) as threads:
        canaries = [threads.submit(sandbox.post, code=_CANARY, timeout_s=5) for _ in range(3)]
        attacks = [threads.submit(attack, one) for one in noise]
        ended = [one.result().body for one in canaries]
        answers = {one.name: future.result().body for one, future in zip(noise, attacks, strict=True)}
    # On a busy machine the time may be up first: then there is no error either.
    assert {body["status"] for body in ended} <= {"ok", "timeout"}, ended
    assert not any(body["stderr"] for body in ended)
    for one in noise:
        assert answers[one.name]["status"] in (one.status, *one.newer, "timeout"), answers[one.name]
