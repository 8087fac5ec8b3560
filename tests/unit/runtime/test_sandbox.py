"""The way to the sandbox: there is none where no address is configured, and a wrong one is no way either."""

from __future__ import annotations

from typing import Any, cast

import httpx
import pytest

from functions.runtime.errors import ConfigurationError
from functions.runtime.sandbox import Sandbox, SandboxBusy

POOL = cast(Any, None)  # nothing is asked of PostgreSQL
NOBODY = "http://127.0.0.1:1"


@pytest.mark.parametrize("environ", [{}, {"SANDBOX_URL": ""}])
async def test_without_an_address_there_is_no_sandbox(environ: dict[str, str]) -> None:
    async with Sandbox.open_if_configured(environ, POOL) as sandbox:
        assert sandbox is None


async def test_an_address_is_enough_until_something_is_to_be_run() -> None:
    environ = {"SANDBOX_URL": NOBODY, "LEARNFLOW_EXECUTION_BUSY_S": "0"}
    async with Sandbox.open_if_configured(environ, POOL) as sandbox:
        assert sandbox is not None
        with pytest.raises(SandboxBusy, match="ConnectError"):
            await sandbox.execute("1")
    with pytest.raises(RuntimeError, match="closed"):
        await sandbox.execute("1")


async def test_a_wrong_address_is_told_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match=r"^SANDBOX_URL: expected an http\(s\) address"):
        async with Sandbox.open_if_configured({"SANDBOX_URL": "runner:8080"}, POOL):
            pass


async def test_an_error_inside_passes_and_the_connections_are_closed() -> None:
    with pytest.raises(ZeroDivisionError):
        async with Sandbox.open_if_configured({"SANDBOX_URL": NOBODY}, POOL) as sandbox:
            assert sandbox is not None
            raise ZeroDivisionError
    assert cast(httpx.AsyncClient, sandbox._client).is_closed
