"""Asking ruff, in a process of its own with a time limit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress

from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no types

from functions.analysis.errors import CutOff
from functions.code_review.errors import LinterFailed
from functions.code_review.rulebook import Finding, found, rulebook

LIMIT_S = 5.0
FOUND_SOMETHING = 1
OPTIONS = (
    "lint.mccabe.max-complexity=9",
    "lint.pylint.max-returns=6",
    "lint.pylint.max-args=6",
    "lint.pylint.max-statements=49",
    "lint.explicit-preview-rules=true",
    "line-length=120",
)


async def lint(code: str) -> list[Finding]:
    """Give ruff's findings; raises CutOff when it takes too long, LinterFailed when it fails."""
    process = await asyncio.create_subprocess_exec(
        *command(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Nothing of our own environment, and no cache that would keep learners' programs.
        env={"PATH": "", "RUFF_NO_CACHE": "true"},
    )
    try:
        # Another process with a limit: a program may be written to make a parser slow.
        async with asyncio.timeout(LIMIT_S):
            stdout, stderr = await process.communicate(code.encode("utf-8", "replace"))
    except TimeoutError:
        with suppress(ProcessLookupError):  # it ended as its time did
            process.kill()
        await process.wait()
        raise CutOff("time") from None
    if process.returncode not in (0, FOUND_SOMETHING):
        raise LinterFailed(stderr.decode("utf-8", "replace")[:300])
    return read(stdout)


def command() -> Sequence[str]:
    """The command that checks standard input by our rules alone, whatever configuration lies around."""
    # LF rules are those of structure.py.
    codes = ",".join(code for code in rulebook() if not code.startswith("LF"))
    options = [part for option in OPTIONS for part in ("--config", option)]
    fixed = (
        "check",
        "--isolated",
        "--no-cache",
        "--quiet",
        "--target-version",
        "py311",
        "--ignore-noqa",
        "--preview",
    )
    formats = ("--output-format", "json", "--stdin-filename", "main.py", "-")
    return [find_ruff_bin(), *fixed, "--select", codes, *options, *formats]


def read(report: bytes) -> list[Finding]:
    """Read ruff's JSON report; findings without a rule of ours are left out."""
    entries = json.loads(report or b"[]")
    return [found(e["code"], e["location"]["row"]) for e in entries if e["code"] in rulebook()]
