"""What a program without tests does here: it is run as it is, and one of its functions is called.

A run shows that a program ends, never that it is right: so what a call gives is told as a question. Values
for the call are guessed from the names of the parameters; where none of them fits, nothing is called.
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
from collections.abc import Iterator, Sequence

from functions.analysis import source
from functions.grading.checks import Test
from functions.grading.running import Executes, Outcome, run_tests
from functions.grading.values import decode, show
from functions.runtime.sandbox import ProgramError

MAX_PARAMETERS = 3
NUMBERS, WORDS, WORD, NUMBER = "[3, 1, 2]", "['pear', 'fig', 'apple']", "'apple'", "4"
LISTS = re.compile(r"(?:s|list|lst|items?|array|seq|data)\d*$|^l\d*$")
TEXTS = re.compile(r"word|text|name|str|char|letter|line|sentence|message|^s\d*$")
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


def calls(code: str) -> list[Test]:
    """Make calls of the first function that can be called with values made up here."""
    for node in source.parse(code).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            made = list(_calls_of(node))
            if made:
                return made
    return []


def _calls_of(node: ast.FunctionDef) -> Iterator[Test]:
    arguments = node.args
    needed = [one.arg for one in [*arguments.posonlyargs, *arguments.args]]
    needed = needed[: len(needed) - len(arguments.defaults)]
    if not needed or len(needed) > MAX_PARAMETERS or any(one is None for one in arguments.kw_defaults):
        return
    guesses = ([_value(name, number) for name in needed] for number in range(3))
    for values in dict.fromkeys(", ".join(_apart(guess)) for guess in guesses):
        call = f"{node.name}({values})"
        yield Test(name=call, kind="call", source=call)


def _value(name: str, choice: int) -> str:
    """Guess a value from a name; the first choice fits it best."""
    word = bool(TEXTS.search(name))
    if LISTS.search(name) and not (word and not name.endswith("s")):
        fits = [WORDS, NUMBERS, WORD] if word else [NUMBERS, WORDS, WORD]
    else:
        fits = [WORD, NUMBER, WORDS] if word else [NUMBER, WORD, NUMBERS]
    return fits[choice]


def _apart(values: Sequence[str]) -> list[str]:
    """Give different numbers to different parameters."""
    numbers = iter(("5", "2", "3"))
    return [next(numbers) if value == NUMBER else value for value in values]


async def tried(sandbox: Executes, code: str) -> tuple[str, str] | None:
    """Call a function of the program; give the call and what came of it, if any call went well."""
    made = calls(code)
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
