"""The sandbox runner, called over HTTP."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import msgspec

from functions.gateway.errors import SandboxBusy
from functions.runtime import metrics
from functions.runtime.certificates import trusted
from functions.runtime.publisher import connections

RETRY_S = 2
log = logging.getLogger(__name__)


class Sandbox:
    """Runs programs at the runner; opens its client with the first of them."""

    def __init__(self, url: str, limit_s: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = f"{url}/execute"
        self._limit = httpx.Timeout(limit_s, connect=2.0)
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def run(self, code: str, stdin: str) -> dict[str, Any]:
        """Run a program and give the runner's result.

        Raises SandboxBusy when there is none, which is never the program's fault.
        """
        body = msgspec.json.encode({"code": code, "stdin": stdin})
        try:
            with metrics.execution() as execution:
                answer = await self._open().post(
                    self._url, content=body, headers={"content-type": "application/json"}
                )
                result = result_of(answer)
                execution.status = str(result["status"])
            return result
        except (httpx.HTTPError, ValueError) as error:
            log.warning("no execution: %s: %s", type(error).__name__, error)
            raise SandboxBusy(
                "the program could not be run; please try again", retry_after_s=RETRY_S
            ) from error

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._limit,
                limits=connections(200),
                transport=self._transport,
                verify=trusted(self._url),
            )
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


def result_of(answer: httpx.Response) -> dict[str, Any]:
    """Read the result; the runner answers 500 with a result when the fault is its own."""
    if answer.status_code == 503:
        wait = answer.headers.get("retry-after", "")
        raise SandboxBusy(
            "too many programs are waiting", retry_after_s=int(wait) if wait.isdigit() else RETRY_S
        )
    body = msgspec.json.decode(answer.content)
    if answer.status_code not in (200, 500) or not isinstance(body, dict) or "status" not in body:
        raise ValueError(f"the runner answered {answer.status_code}")
    return body
