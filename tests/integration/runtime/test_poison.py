"""Whatever is sent to a function: it is handled, or becomes a dead letter at once, and the next is handled.

A server error would be sent again and again, and keep its consumer from going on.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from functions.runtime.catalog import by_name
from functions.runtime.dead_letters import NOBODY
from functions.runtime.envelope import ID_LENGTH
from infra.local.ports import free_ports
from tests.conftest import execute, sibling
from tests.fuzz.events import (
    EXAMPLES,
    MARK,
    REQUIRED,
    TAKEN,
    WRAPPED,
    Caller,
    Sent,
    attributes_of,
    binary,
    events,
    fresh,
)
from tests.sandbox.runner import install, instance
from tests.support.eventually import until
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks, serving

# The kinds of activities that a function reads; of others it does not look at the rest.
KINDS = {"debug": {"error.seen"}, "notification": {"exercise.completed"}}
SHORT = 30
COUNT = int(os.environ.get("LEARNFLOW_FUZZ_EVENTS", str(SHORT)))
SEED = int(os.environ.get("LEARNFLOW_FUZZ_SEED", "1"))
OUTCOME = """
SELECT outcome FROM inbox WHERE consumer = $1 AND source = $2 AND id = $3 AND done_at IS NOT NULL
"""
BURIED = f"""
SELECT outcome FROM inbox WHERE consumer = $1 AND source = '{NOBODY}' AND done_at IS NOT NULL
 ORDER BY done_at DESC LIMIT 1
"""


@dataclass
class Fleet:
    """All functions that take events, on one database."""

    functions: dict[str, FunctionProcess]
    sinks: Sinks
    database_url: str


@pytest.fixture(scope="module")
def fleet(postgres: str, migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder, name = tmp_path_factory.mktemp("poison"), "poison_tests"
    asyncio.run(execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated_template}"))
    url = sibling(postgres, name)
    install()
    with ExitStack() as stack:
        sinks = stack.enter_context(serving(free_ports(1)[0]))
        runner = stack.enter_context(instance(folder / "runner"))
        environ = {
            "DATABASE_URL": url,
            "LEARNFLOW_SINKS_URL": sinks.url,
            "SANDBOX_URL": f"http://127.0.0.1:{runner.port}",
        }
        functions = {}
        for target in (*TAKEN, "outbox"):
            functions[target] = FunctionProcess(target, free_ports(1)[0], environ, folder / f"{target}.log")
            stack.callback(functions[target].kill)
        for function in functions.values():
            function.wait_ready()
        runner.wait_ready(60)
        yield Fleet(functions, sinks, url)
    asyncio.run(execute(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


def good(target: str) -> Sent:
    """Make an event that this function can handle."""
    kind = TAKEN[target][0]
    data = fresh(EXAMPLES[kind], uuid4().hex[:12])
    named = attributes_of(kind, str(uuid4()))
    return binary(list(named.items()), "application/json", json.dumps(data).encode())


def unused(target: str, kind: str) -> bool:
    """Whether a type comes along on a topic of this function, which has no use for it."""
    topics = {by_name()[taken].topic for taken in TAKEN.get(target, ())}
    return kind not in TAKEN.get(target, ()) and kind in by_name() and by_name()[kind].topic in topics


@dataclass
class Bench:
    """A function with what looks on: sinks, inbox and log."""

    target: str
    function: FunctionProcess
    sinks: Sinks
    caller: Caller
    runner: asyncio.Runner
    db: Any

    def try_out(self, sent: Sent) -> None:
        """Send a request and see what comes of it."""
        before = len(self.sinks.to("dead-letter"))
        status, said = self.caller.send(sent)
        letters = self.sinks.to("dead-letter")[before:]
        what = f"{status} {said[:300]!r}; {letters}; sent {sent.headers} {sent.body[:2000]!r}"
        assert MARK.encode() not in said, what
        assert not any(MARK in letter.attributes["deadlettererror"] for letter in letters), what
        if sent.is_event:
            assert status in ((200, 422) if sent.is_tick else (200,)), what
            assert letters or self.outcome(sent) in ("handled", "dead", "unused"), what
        else:
            assert status < 500, what

    def outcome(self, sent: Sent) -> str | None:
        """What the inbox says of an event; "unused" for what does not go there."""
        named = {name[3:]: value.decode("latin-1") for name, value in sent.headers if name[:3] == "ce-"}
        if sent.is_tick or unused(self.target, named["type"]) or self.passed_by(sent):
            return "unused"
        if named["type"] == WRAPPED or not all(0 < len(named[name]) <= ID_LENGTH for name in REQUIRED):
            found = self.db.fetchval(BURIED, self.target)
        else:
            found = self.db.fetchval(OUTCOME, self.target, named["source"], named["id"])
        return str(self.runner.run(found))

    def passed_by(self, sent: Sent) -> bool:
        """Whether it tells of an activity of a kind that the function lets pass unread."""
        kinds = KINDS.get(self.target)
        return (
            kinds is not None
            and (kind := re.search(rb'"kind": ?"([\w.]+)"', sent.body)) is not None
            and (kind[1].decode() not in kinds and b"activity_id" in sent.body)
        )

    def check_next(self) -> None:
        """See that a good event behind it is handled."""
        status, said = self.caller.send(good(self.target))
        assert status == 200, said


@pytest.fixture(params=TAKEN)
def bench(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Bench]:
    function = fleet.functions[request.param]
    with closing(Caller(function.url)) as caller, asyncio.Runner() as runner:
        db: Any = runner.run(asyncpg.connect(fleet.database_url))
        yield Bench(request.param, function, fleet.sinks, caller, runner, db)
        runner.run(db.close())


@pytest.mark.timeout(3600)
def test_poison_is_a_dead_letter_at_once_and_never_in_the_way(bench: Bench) -> None:
    pid = bench.function.process.pid

    @seed(SEED)
    @settings(
        max_examples=COUNT, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink], report_multiple_bugs=False,
    )  # fmt: skip
    @given(events(bench.target))
    def poison(sent: Sent) -> None:
        bench.try_out(sent)
        if COUNT > SHORT:
            bench.check_next()

    poison()
    bench.check_next()
    assert bench.function.process.poll() is None
    assert bench.function.process.pid == pid
    for line in bench.function.log.read_text().splitlines():
        assert isinstance(json.loads(line), dict), line
        assert MARK not in line, line


@pytest.mark.parametrize("kind", [*EXAMPLES, "learnflow.nonsense.v1"])
def test_the_sweep_buries_what_is_no_tick(fleet: Fleet, kind: str) -> None:
    caller = Caller(fleet.functions["outbox"].url)
    before = len(fleet.sinks.to("dead-letter"))
    sent = binary(list(attributes_of(kind, str(uuid4())).items()), "application/json", b"{}")
    assert caller.send(sent)[0] == 200
    caller.close()
    until(lambda: len(fleet.sinks.to("dead-letter")) == before + 1, "no dead letter")
