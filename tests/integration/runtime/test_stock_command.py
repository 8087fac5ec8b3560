"""Every function runs under functions-framework's own command, as it is written in its documentation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.ports import free_ports
from tests.bench.coldstart import FIRST, example
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import ROOT, FunctionProcess
from tests.support.sinks import Sinks

COMMAND = Path(sys.executable).with_name("functions-framework")
Stock = Callable[..., FunctionProcess]


class StockProcess(FunctionProcess):
    """A function under the framework's command; it knows of no variable but those of the function."""

    def _spawn(self) -> Any:
        target = self._environ.pop("FUNCTION_TARGET")
        kind = "http" if target == "gateway" else "cloudevent"
        source = f"functions/{target}/main.py"
        words = ["--source", source, "--target", target, "--signature-type", kind]
        self._command = [str(COMMAND), *words, *self.flags]
        return super()._spawn()

    flags: tuple[str, ...] = ("--asgi",)


@pytest.fixture
def stock(database_url: str, sinks: Sinks, tmp_path: Path) -> Iterator[Stock]:
    """Start functions by the stock command."""
    running: list[FunctionProcess] = []

    def begin(target: str, **environ: str) -> FunctionProcess:
        base = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url, **environ}
        base |= {"LEARNFLOW_JWT_SECRET": uuid4().hex}
        # without a sandbox code is reviewed unrun; the exercise function does not start without one
        base |= {"SANDBOX_URL": "http://127.0.0.1:1"} if target in ("exercise", "gateway") else {}
        running.append(StockProcess(target, free_ports(1)[0], base, tmp_path / f"{target}.log"))
        return running[-1]

    yield begin
    for function in running:
        function.process.terminate()
        function.process.wait(timeout=40)


def listening(function: FunctionProcess) -> None:
    """Wait until the server takes requests; the function opens with the first of them."""
    until(lambda: function.health("live") == 200, lambda: function.log.read_text()[-3000:], 60)


@pytest.mark.parametrize("agent", FIRST)
async def test_an_agent_handles_its_event(stock: Stock, db: Any, agent: str) -> None:
    function = stock(agent)
    listening(function)
    answer = function.send(FIRST[agent], example(agent), id="stock-1")
    assert (answer.status_code, answer.text) == (200, "OK"), function.log.read_text()[-3000:]
    assert function.send(FIRST[agent], example(agent), id="stock-1").status_code == 200
    outcomes = [row["outcome"] for row in await db.fetch("SELECT outcome FROM inbox WHERE id = 'stock-1'")]
    assert outcomes == ([] if agent == "outbox" else ["handled"])
    assert function.health("ready") == 200


async def test_what_cannot_be_read_becomes_a_dead_letter_with_its_bytes(
    stock: Stock, sinks: Sinks, db: Any
) -> None:
    function = stock("triage")
    listening(function)
    body = b'{"text": [1.50, ' + b"[" * 50_000
    assert function.send(FIRST["triage"], body).status_code == 200
    [letter] = sinks.to("dead-letter")
    assert (letter.attributes["deadletterreason"], letter.body) == ("not-json", body)


async def test_the_flag_is_not_needed(stock: Stock, sinks: Sinks, db: Any) -> None:
    """The framework sees by the function itself that it is an asynchronous one."""
    StockProcess.flags, before = (), StockProcess.flags
    try:
        function = stock("delivery")
    finally:
        StockProcess.flags = before
    listening(function)
    assert function.send(FIRST["delivery"], example("delivery")).status_code == 200


async def test_the_gateway_serves_its_api(stock: Stock, db: Any) -> None:
    function = stock("gateway")
    listening(function)
    assert plain.get(f"{function.url}/api/v1/me", timeout=30).status_code == 401
    document = plain.get(f"{function.url}/api/v1/openapi.json", timeout=30).json()
    assert "/api/v1/chat/messages" in document["paths"]
    assert (ROOT / "functions/gateway/main.py").exists()
