"""With a seed the same program has the same run, and another seed shows what depends on luck."""

from __future__ import annotations

import pytest

from tests.sandbox.runner import Instance

LUCK = """
import datetime, os, random, secrets, time, uuid
print({'ann', 'ben', 'cem', 'dora', 'eli'}, hash('a'))
print(random.random(), random.randint(1, 6), random.Random().random(), random.SystemRandom().random())
random.seed()
print(random.random(), os.urandom(4), secrets.token_hex(4), uuid.uuid4())
print(time.strftime('%Y-%m-%d %H'), time.localtime().tm_year, time.gmtime().tm_hour, int(time.time() // 60))
print(datetime.datetime.now().year, datetime.date.today(), datetime.datetime.now(datetime.UTC).hour)
print(datetime.datetime.utcnow().hour, datetime.datetime.today().day, time.ctime()[:13])
print(time.time_ns() // 10**11)
"""


def test_same_seed_same_output(sandbox: Instance) -> None:
    """Order of sets, random numbers of every source, and date and time."""
    first, again = (sandbox.execute(LUCK, seed=7) for _ in range(2))
    assert first["status"] == "ok", first["stderr"]
    assert again["stdout"] == first["stdout"]
    assert "2026-01-01" in first["stdout"]


def test_another_seed_has_other_luck(sandbox: Instance) -> None:
    """Four hash seeds and all random numbers."""
    outputs = [sandbox.execute(LUCK, seed=seed)["stdout"].splitlines() for seed in range(4)]
    assert len({output[0] for output in outputs}) == 4
    assert len({output[1] for output in outputs}) == 4
    assert len({output[3] for output in outputs}) == 1
    fifth = sandbox.execute(LUCK, seed=4)["stdout"].splitlines()
    assert (fifth[0], fifth[1] == outputs[0][1]) == (outputs[0][0], False)


def test_without_a_seed_luck_is_luck(sandbox: Instance) -> None:
    """Nothing is fixed unless it is asked for."""
    code = "import random, time, os\nprint(random.random(), os.urandom(8), time.time() > 1_790_000_000)"
    first, again = (sandbox.execute(code)["stdout"] for _ in range(2))
    assert first != again
    assert first.endswith("True\n")


def test_calls_of_an_isolated_request_have_the_seed_too(sandbox: Instance) -> None:
    """Each in its own cell, each from the beginning."""
    code = "import random\ndef throw():\n    return random.randint(1, 10**9), hash('a')"
    call = {"function": "throw"}
    results = sandbox.execute(code, calls=[call, call], isolate=True, seed=3)["results"]
    assert results[0]["value"] == results[1]["value"]
    assert sandbox.execute(code, calls=[call], seed=3)["results"][0]["value"] == results[0]["value"]


@pytest.mark.parametrize(
    "code", ["from datetime import datetime as d\nclass E(d): pass\nprint(type(E.now()).__name__)"]
)
def test_subclasses_keep_their_type(sandbox: Instance, code: str) -> None:
    """The clock is fixed in place, not by other classes."""
    assert sandbox.execute(code, seed=0)["stdout"] == "E\n"


@pytest.mark.parametrize("seed", [-1, 2**32, "1", True, 1.0])
def test_a_seed_is_a_number(sandbox: Instance, seed: object) -> None:
    """Anything else is refused by name."""
    reply = sandbox.post(code="", seed=seed)
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, "seed")
