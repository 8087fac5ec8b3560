"""What a program without tests does here: it is run as it is, and one of its functions is called.

A run shows that a program ends, never that it is right: so what a call gives is told as a question. Values
for the call are guessed from the names of the parameters; where none of them fits, nothing is called.
"""

from __future__ import annotations

import difflib
import re
import sys

from functions.diagnosis.guessed_calls import guessed_calls
from functions.grading.running import Executes, Outcome, run_tests
from functions.grading.values import decode, show
from functions.runtime.sandbox import ProgramError

# What may be missing here and there at home: modules, screens, files, networks, input, other programs.
OF_MODULES = {"ModuleNotFoundError", "TclError", "BdbQuit", "KeyboardInterrupt", "EOFError"}
OF_NETWORKS = {"ConnectionError", "ConnectionRefusedError", "gaierror", "URLError", "TimeoutError"}
OF_SYSTEMS = {"OSError", "FileNotFoundError", "PermissionError", "BlockingIOError"}
LACKING = frozenset(OF_MODULES | OF_NETWORKS | OF_SYSTEMS)
ARGUMENTS = re.compile(r"\bargv\b|\benviron\b|\bgetenv\b")
MISSING_MODULE = re.compile(r"No module named '([\w.]+)'")
SCREENS = re.compile(r"tkinter|turtle|libtk|display", re.IGNORECASE)


def lacking(error: ProgramError, code: str) -> bool:
    """Whether an error is one of this place: the program may run where its modules, files or screen are."""
    if error.type == "ModuleNotFoundError":
        return not _misspelt_module(error.message)
    if error.type in LACKING:
        return True
    if error.type in ("ImportError", "RuntimeError"):
        return bool(SCREENS.search(error.message)) or "thread" in error.message
    lines = code.splitlines()
    line = lines[error.line - 1] if error.line and error.line <= len(lines) else ""
    return bool(ARGUMENTS.search(line))


def _misspelt_module(message: str) -> bool:
    found = MISSING_MODULE.search(message)
    name = found[1].partition(".")[0] if found else ""
    near = difflib.get_close_matches(name, sorted(sys.stdlib_module_names), n=1, cutoff=0.8)
    return bool(near) and not name.startswith("_")


async def tried(sandbox: Executes, code: str) -> tuple[str, str] | None:
    """Call a function of the program; give the call and what came of it, if any call went well."""
    made = next(guessed_calls(code), [])
    if not made:
        return None
    outcomes = await run_tests(sandbox, code, made)
    good = next((outcome for outcome in outcomes if outcome.result.status == "ok"), None)
    return (good.test.source, shown(good)) if good else None


def shown(outcome: Outcome) -> str:
    """Say what a call gave, or what it printed where it gave nothing."""
    value = decode(outcome.result.value)
    printed = outcome.result.stdout.strip().splitlines()
    if value is None and printed:
        return f"it prints `{printed[-1][:80]}`"
    return f"it gives `{show(value)[:120]}`"
