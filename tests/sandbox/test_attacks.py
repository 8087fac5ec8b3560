"""Every attack gets exactly the answer that the table says, and the next learner notices nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest

from tests.sandbox.attacks import ATTACKS, Attack
from tests.sandbox.runner import Instance

MIB = 1024 * 1024
_AFTER = "import os, json\nprint('hello', sorted(os.listdir('/tmp')), json.dumps([1]), len('ab'))"
_CANARY = """
import os, threading, time
for _ in range(5):
    time.sleep(0.1)
    assert os.listdir('/tmp') == ['main.py'] and os.getpid() == 1 and threading.active_count() == 1
"""
_AFTER_STDOUT = "hello ['main.py'] [1] 2\n"


@dataclass(frozen=True)
class Outcome:
    """What an attack got, and what the instance did afterwards."""

    answer: dict[str, Any]
    seconds: float
    after: str
    growth: int


def _try(one: Instance, attack: Attack) -> Outcome:
    one.wait_ready()
    before = one.memory()
    reply = one.post(code=attack.code, stdin=attack.stdin)
    assert reply.status == 200, (attack.name, reply.body)
    one.wait_ready()
    after = one.execute(_AFTER)
    return Outcome(reply.body, reply.seconds, after["stdout"], one.memory() - before)


@contextmanager
def _neighbours(one: Instance) -> Iterator[list[dict[str, Any]]]:
    """Keep an instance busy with an endless loop, and with a program that looks at its own world."""
    over, answers = Event(), list[dict[str, Any]]()

    def live(code: str, pause_s: float) -> None:
        while not over.wait(pause_s):
            reply = one.post(code=code, timeout_s=1.5)
            if reply.status == 200:
                answers.append(reply.body)

    with ThreadPoolExecutor(2) as threads:
        threads.submit(live, "while True: pass", 2.0)
        threads.submit(live, _CANARY, 0.1)
        try:
            yield answers
        finally:
            over.set()


@pytest.fixture(scope="session")
def outcomes(instances: list[Instance]) -> Iterator[dict[str, Outcome]]:
    """Run all attacks beside busy neighbours, several because many of them take the whole five seconds."""
    with ExitStack() as stack:
        beside = [stack.enter_context(_neighbours(one)) for one in instances]
        found = _all(instances)
    # An attack has the time of the others, and nothing else of them.
    assert {body["status"] for answers in beside for body in answers} <= {"ok", "timeout"}
    assert not any(body["stderr"] for answers in beside for body in answers)
    assert sum(body["status"] == "ok" for answers in beside for body in answers) > len(instances)
    yield found


def _all(instances: list[Instance]) -> dict[str, Outcome]:
    free: SimpleQueue[Instance] = SimpleQueue()
    for one in instances:
        free.put(one)

    def run(attack: Attack) -> tuple[str, Outcome]:
        one = free.get()
        try:
            return attack.name, _try(one, attack)
        finally:
            free.put(one)

    with ThreadPoolExecutor(len(instances)) as threads:
        found = dict(threads.map(run, ATTACKS))
    for _ in range(2):
        found |= dict(run(attack) for attack in ATTACKS if _starved(attack, found[attack.name]))
    return found


def _starved(attack: Attack, outcome: Outcome) -> bool:
    """Whether the time was up before what was expected, as beside others on a busy machine."""
    return outcome.answer["status"] == "timeout" and "timeout" not in (attack.status, *attack.newer)


def test_every_attack_has_its_own_name() -> None:
    """Two attacks of one name would hide one another."""
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_contained(attack: Attack, outcomes: dict[str, Outcome]) -> None:
    """The caller sees the status, and nothing of the attack is left."""
    outcome = outcomes[attack.name]
    answer = outcome.answer
    assert answer["status"] in (attack.status, *attack.newer), answer
    assert answer["isolation"] == "gvisor"
    assert answer["stdout"] == attack.stdout if attack.exact else attack.stdout in answer["stdout"], answer
    assert attack.stderr in answer["stderr"], answer
    if attack.exit_code is not None:
        assert answer["exit_code"] == attack.exit_code
    if attack.signal is not None and answer["status"] == attack.status:
        assert answer["signal"] == attack.signal
    assert len(answer["stdout"].encode()) <= 3 * 65536
    assert "/app/" not in answer["stderr"]
    assert outcome.after == _AFTER_STDOUT
    assert outcome.growth < 150 * MIB


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.status == "timeout"], ids=lambda a: a.name
)
def test_time_out_is_answered_in_time(attack: Attack, outcomes: dict[str, Outcome]) -> None:
    """Five seconds are five seconds, by the clock or of processor time; a busy machine gets some room."""
    outcome = outcomes[attack.name]
    assert outcome.seconds >= 4.9 or outcome.answer["cpu_ms"] >= 4900
    assert outcome.seconds < 8.0
