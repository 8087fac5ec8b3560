"""What a program needs and our place has not: said as such, and never the student's fault.

A cell has no network, no screen, no packages of others and none of the student's files. What a program ends
with for that reason says nothing of the program; a misspelt name of a module does, and stays a fault.
"""

from __future__ import annotations

import difflib
import re
import sys

from events.models import ParsedError

MODULE = re.compile(r"No module named '([\w.]+)'")
FILE = re.compile(r"No such file or directory: '([^']*)'")
NETWORK = frozenset(
    {"URLError", "HTTPError", "gaierror", "ConnectionError", "ConnectionRefusedError", "SSLError"}
    | {"NewConnectionError", "MaxRetryError", "herror", "ConnectionResetError"}
)
NO_NETWORK = re.compile(r"Address family not supported|Network is unreachable|name resolution")
NO_SCREEN = re.compile(
    r"no display name|couldn't connect to display|\bdisplay\b.*\bcuno\b|No available video device"
)
NO_RIGHT = re.compile(r"Operation not permitted|Read-only file system|Permission denied")
SLEEP = re.compile(r"\bsleep\(")
SAID = "I started your program, but I can't try all of it here: {what} That is no fault of yours. {onward}"
SEND = "If it fails on your computer too, send me the message that you get there."


def cut_short(error: ParsedError, code: str) -> str | None:
    """Say what our place lacks, if a program ended for that reason; None when it did for another."""
    what = _lacks(error, code)
    return None if what is None else SAID.format(what=what, onward=SEND)


def _lacks(error: ParsedError, code: str) -> str | None:
    where = f"line {error.line}" if error.line else "one of its lines"
    if module := MODULE.match(error.message):
        return _module(module.group(1).split(".")[0], where)
    if error.type == "FileNotFoundError" and (found := FILE.search(error.message)):
        return (
            f"{where} opens `{found.group(1)[:80]}`, and I don't have your files." if _reads(code) else None
        )
    if error.type in NETWORK or NO_NETWORK.search(error.message):
        return f"{where} needs the network, and there is none here."
    if NO_SCREEN.search(error.message):
        return f"{where} opens a window, and there is no screen here."
    if error.type == "PermissionError" or (error.type == "OSError" and NO_RIGHT.search(error.message)):
        return f"{where} does something that programs may not do here."
    if error.type == "IndexError" and re.search(r"\bsys\.argv\[", _line(code, error)):
        return f"{where} reads a word from the command line, and there is none here."
    if error.type == "TimeLimit" and SLEEP.search(code):
        return "it waits for longer than I can."
    return None


def _module(name: str, where: str) -> str | None:
    """Say that a package is not here; None for what looks like a misspelt module of Python's own."""
    known = {module.lower() for module in sys.stdlib_module_names}
    if difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.8):
        return None
    return f"{where} imports `{name[:80]}`, which does not come with Python and is not installed here."


def _reads(code: str) -> bool:
    """Whether a program reads a file that it did not write itself."""
    return re.search(r"""open\([^)]*["'][wax]b?\+?["']""", code) is None


def _line(code: str, error: ParsedError) -> str:
    lines = code.splitlines()
    return lines[error.line - 1] if error.line and error.line <= len(lines) else ""
