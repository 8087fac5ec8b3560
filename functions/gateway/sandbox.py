"""A program that a student runs: the runner's result as it is, or a refusal that says when to try again."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import msgspec

from functions.runtime import metrics
from functions.runtime.sandbox import Sandbox, SandboxBusy

MAX_AT_ONCE = 200
log = logging.getLogger(__name__)


async def run(sandbox: Sandbox, code: str, stdin: str, fair_key: str = "") -> dict[str, Any]:
    """Run a program and give the runner's result; programs of one `fair_key` wait for each other.

    Raises SandboxBusy when there is none, which is never the program's fault.
    """
    try:
        with metrics.execution() as execution:
            result = result_of(await sandbox.ask({"code": code, "stdin": stdin, "fair_key": fair_key}))
            execution.status = str(result["status"])
        return result
    except ValueError as error:
        log.warning("no execution: %s: %s", type(error).__name__, error)
        raise SandboxBusy(str(error)) from error


def result_of(answer: httpx.Response | None) -> dict[str, Any]:
    """Read the result; the runner answers 500 with a result when the fault is its own."""
    if answer is None:
        raise ValueError("the runner or the connection broke")
    body = msgspec.json.decode(answer.content)
    if answer.status_code not in (200, 500) or not isinstance(body, dict) or "status" not in body:
        raise ValueError(f"the runner answered {answer.status_code}")
    return body
