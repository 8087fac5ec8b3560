"""Examples in a model's answer: run before they are shown, and what a failure of one means."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from functions.analysis import source
from functions.diagnosis.runner import Run

RunProgram = Callable[[str], Awaitable[Run | None]]
MAX_OUTPUT = 1200
# What a piece of a program ends with away from the rest of it, and any program away from its place.
OF_A_PIECE = frozenset(
    {"NameError", "ModuleNotFoundError", "ImportError", "FileNotFoundError", "EOFError", "OSError"}
    | {"PermissionError", "TimeLimit", "MemoryLimit", "IsADirectoryError", "ConnectionError", "TclError"}
)
PROMPT = re.compile(r"(?m)^(?:>>>|\.\.\.)(?: |$)")
ELLIPSIS = re.compile(r"(?m)^[ \t]*(?:\.\.\.|\u2026)[ \t]*(?:#.*)?$|\.\.\.")
FAULTY = re.compile(
    r"\b(?:wrong|incorrect|broken|mistake|fails?|error|raises?|crash(?:es)?|invalid|not work|instead of"
    r"|bad)\b|Error\b|\u274c",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of an example: `ran` with what it printed, `shown` as it is, or `broken`.

    `raised` is the error that a broken one ends with.
    """

    ended: Literal["ran", "shown", "broken"]
    printed: str = ""
    raised: str = ""


async def tried(program: str, lead_in: str, mine: str, run: RunProgram) -> Tried:
    """Try an example that `lead_in` announces; `mine` is the student's own program, shown as it is."""
    if PROMPT.search(program) or _quotes(program, mine):
        return Tried("shown")
    on_purpose = bool(FAULTY.search(lead_in) or FAULTY.search(program))
    if _broken(program):
        shown = on_purpose or ELLIPSIS.search(program)
        return Tried("shown") if shown else Tried("broken", raised="SyntaxError")
    if not _does_something(program):
        return Tried("shown")
    done = await run(program)
    if done is None:
        return Tried("shown")
    printed = done.stdout.strip("\n")[:MAX_OUTPUT]
    if done.error is None:
        return Tried("ran", printed)
    if on_purpose or done.error.type in lead_in:
        return Tried("shown")
    return Tried("shown" if done.error.type in OF_A_PIECE else "broken", raised=done.error.type)


def speaks_of_failure(sentence: str, raised: str) -> bool:
    """Whether words say that the example before them fails."""
    return (bool(raised) and raised in sentence) or FAULTY.search(sentence) is not None


def _quotes(program: str, mine: str) -> bool:
    """Whether an example has only lines that the student wrote."""
    had = {line.strip() for line in mine.splitlines()}
    return bool(had) and all(line.strip() in had for line in program.splitlines() if line.strip())


def _broken(program: str) -> bool:
    try:
        source.parse(program)
    except SyntaxError as error:
        # A piece such as `return total` or an indented line is no program, and not broken.
        return not _is_piece(program, error)
    except (ValueError, MemoryError):
        return True
    return False


def _is_piece(program: str, error: SyntaxError) -> bool:
    message = str(error.msg)
    if "outside" in message:
        return True
    lines = [line for line in program.splitlines() if line.strip()]
    if "indent" in message and lines and lines[0][0].isspace():
        return True
    return len(lines) == 1 and lines[0].rstrip().endswith(":")


def _does_something(program: str) -> bool:
    body = source.parse(program).body
    return any(
        not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) for node in body
    )


async def within(seconds: float, run: Awaitable[Run | None]) -> Run | None:
    """Give a run so many seconds; None when it takes longer."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            return await run
    except TimeoutError:
        return None
