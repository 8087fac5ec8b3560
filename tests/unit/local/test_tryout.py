"""The accounts that `./task up` makes for trying the system."""

from __future__ import annotations

import httpx
import pytest

from infra.local import tryout
from infra.local.credentials import Credentials, make

URL = "http://127.0.0.1:8080"


@pytest.fixture
def credentials() -> Credentials:
    return make()


async def shown(credentials: Credentials, transport: httpx.MockTransport, patience_s: float) -> None:
    async with httpx.AsyncClient(transport=transport) as client:
        await tryout.show(URL, credentials, client, patience_s)


async def test_a_gateway_that_is_slow_at_first_is_asked_again(
    credentials: Credentials, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tryout, "PAUSE_S", 0.0)
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        if len(asked) == 1:
            raise httpx.ReadTimeout("")
        return httpx.Response(503 if len(asked) == 2 else 201)

    await shown(credentials, httpx.MockTransport(answer), 60.0)
    assert len(asked) == 4
    assert asked[0] == asked[1] == asked[2]
    assert (
        f"student: student@example.com, password {credentials.accounts[0].password}"
        in capsys.readouterr().out
    )


async def test_the_system_goes_on_without_them_and_says_so(
    credentials: Credentials, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    await shown(credentials, httpx.MockTransport(answer), 0.0)
    said = capsys.readouterr().out
    assert "student: student@example.com, could not be made: ReadTimeout" in said
    assert "console: http://127.0.0.1:8080/console/" in said
