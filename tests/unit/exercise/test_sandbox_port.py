"""The port to the sandbox says honestly what happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from functions.runtime.sandbox import Sandbox, SandboxBusy, SandboxRefused, SandboxSettings, fair_key_of

Answer = Callable[[httpx.Request], httpx.Response]


def sandbox(answer: Answer, busy_s: float = 0.3) -> Sandbox:
    client = httpx.AsyncClient(base_url="http://sandbox", transport=httpx.MockTransport(answer))
    return Sandbox(client, busy_s=busy_s)


def answers(*statuses: int) -> tuple[Answer, list[int]]:
    """Answer with one status after the other, the last one for ever."""
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        status = statuses[min(len(asked), len(statuses) - 1)]
        asked.append(status)
        body = {"status": "ok", "stdout": "hi\n", "results": [], "later_field": 1}
        return httpx.Response(status, json=body, headers={"retry-after": "0"})

    return answer, asked


async def test_an_answer_is_read() -> None:
    """Unknown fields do no harm."""
    answer, _ = answers(200)
    found = await sandbox(answer).execute("print('hi')")
    assert (found.status, found.stdout) == ("ok", "hi\n")


async def test_only_what_is_needed_is_sent() -> None:
    """Calls and inputs are left out when there are none: the runner takes one kind at a time."""
    sent: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(200, json={"status": "ok"})

    port = sandbox(answer)
    await port.execute("x", calls=[{"function": "f"}])
    await port.execute("x", stdin_cases=["a"])
    await port.execute("x", stdin="a")
    await port.execute("x", timeout_s=2.0)
    await port.execute("x", fair_key=fair_key_of(UUID(int=1)), seed=0)
    assert [sorted(one) for one in sent] == [
        ["calls", "code"],
        ["code", "stdin_cases"],
        ["code", "stdin"],
        ["code", "timeout_s"],
        ["code", "fair_key", "seed"],
    ]


def test_a_fair_key_tells_students_apart_and_not_who_they_are() -> None:
    """The same for one student, another for each, and nothing of the id in it."""
    students = [UUID(int=number % 50 << 96) for number in range(100)]
    assert len({fair_key_of(student) for student in students}) == 50
    assert not any(student.hex[:8] in fair_key_of(student) for student in students)


async def test_a_busy_runner_is_asked_again() -> None:
    """503 is no answer: it is asked again as long as the budget lasts."""
    answer, asked = answers(503, 429, 200)
    assert (await sandbox(answer, busy_s=2).execute("x")).status == "ok"
    assert asked == [503, 429, 200]


async def test_a_runner_that_stays_busy_raises() -> None:
    """Past the budget it is said that there was no room."""
    answer, asked = answers(503)
    with pytest.raises(SandboxBusy):
        await sandbox(answer, busy_s=0.15).execute("x")
    assert 1 <= len(asked) <= 4


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_broken_runner_is_asked_once(status: int) -> None:
    """Whatever broke while a program ran is our failure, and is not tried again here."""
    answer, asked = answers(status)
    assert (await sandbox(answer).execute("x")).status == "internal_error"
    assert len(asked) == 1


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError])
async def test_a_broken_connection_is_our_failure(error: type[httpx.TransportError]) -> None:
    """The program may have run: it is not sent a second time."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(1)
        raise error("broken", request=request)

    assert (await sandbox(answer).execute("x")).status == "internal_error"
    assert len(asked) == 1


async def test_a_runner_that_is_not_there_is_busy() -> None:
    """Nothing ran when no connection came about: try again, then later."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(SandboxBusy, match="refused"):
        await sandbox(answer, busy_s=0.26).execute("x")


async def test_an_answer_that_is_none_is_our_failure() -> None:
    """Rubbish with status 200 says nothing about the program."""
    for body in (b"", b"[]", b'{"status": "great"}', b"<html>"):
        port = sandbox(lambda request, body=body: httpx.Response(200, content=body))  # type: ignore[misc]
        assert (await port.execute("x")).status == "internal_error"


async def test_a_refused_request_is_an_error_of_the_request() -> None:
    """Too large, or not understood: trying again does not help."""
    answer, _ = answers(413)
    with pytest.raises(SandboxRefused):
        await sandbox(answer).execute("x")


def test_settings() -> None:
    """Only the address is required."""
    found = SandboxSettings.read({"SANDBOX_URL": "http://127.0.0.1:8090/"})
    assert (found.url, found.wait_s, found.busy_s) == ("http://127.0.0.1:8090", 12, 4)
