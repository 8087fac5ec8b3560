"""What the runner answers, as the student sees it."""

from __future__ import annotations

import httpx
import pytest

from functions.gateway.problems import of_refusal
from functions.gateway.sandbox import run
from functions.runtime.sandbox import Sandbox, SandboxBusy


def sandbox(answer: httpx.Response | Exception) -> Sandbox:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = httpx.AsyncClient(base_url="http://runner", transport=httpx.MockTransport(handle))
    return Sandbox(client, busy_s=0)


@pytest.mark.parametrize(
    ("status", "body"), [(200, {"status": "timeout", "stdout": "x"}), (500, {"status": "internal_error"})]
)
async def test_a_result_is_given_as_it_is(status: int, body: dict[str, str]) -> None:
    runner = sandbox(httpx.Response(status, json=body))
    assert await run(runner, "1", "") == body
    await runner.close()


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (httpx.Response(503, headers={"retry-after": "4"}), 4),
        (httpx.Response(503, headers={"retry-after": "soon"}), 2),
        (httpx.Response(429, headers={"retry-after": "1"}), 1),
        (httpx.Response(504), 2),
        (httpx.Response(500, text="Internal Server Error"), 2),
        (httpx.Response(200, text="<html>"), 2),
        (httpx.Response(200, json=["status"]), 2),
        (httpx.ConnectError("refused"), 2),
        (httpx.ReadTimeout("slow"), 2),
    ],
)
async def test_whatever_else_happens_is_never_the_programs_fault(
    answer: httpx.Response | Exception, wait: int
) -> None:
    runner = sandbox(answer)
    with pytest.raises(SandboxBusy) as caught:
        await run(runner, "1", "")
    await runner.close()
    assert caught.value.retry_after_s == wait


def test_a_client_learns_when_a_program_can_be_run_and_nothing_of_the_inside() -> None:
    answer = of_refusal("/x", SandboxBusy("10.0.0.7 refused", retry_after_s=4))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "4")
    assert b"sandbox-busy" in answer.body
    assert b"10.0.0.7" not in answer.body
