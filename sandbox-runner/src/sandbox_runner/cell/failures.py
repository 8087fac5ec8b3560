"""An uncaught exception as data, and as CPython prints it, without a frame of ours."""

from __future__ import annotations

import errno
import sys
import traceback
from types import TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILENAME = "main.py"
_KEEP = 8 * 1024
_MESSAGE = 2000


def trim(error: BaseException) -> BaseException:
    """Cut our own frames off the front of the traceback."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != FILENAME:
        trace = trace.tb_next
    return error.with_traceback(trace)


def is_memory(error: BaseException) -> bool:
    """Tell whether the error is the memory limit; a failing mmap says ENOMEM instead."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)


def describe(error: BaseException) -> dict[str, Any]:
    """Give type, message, line and traceback of a trimmed error."""
    kind = type(error)
    return {
        "type": str(kind.__qualname__)[:200],
        "message": _message(error),
        "line": _line(error),
        "traceback": _bounded(_formatted(error)),
        "memory": is_memory(error),
    }


def show(error: BaseException) -> None:
    """Print the error through the learner's own excepthook, as the interpreter would."""
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException as second:
        print("Error in sys.excepthook:", file=sys.stderr)
        sys.__excepthook__(type(second), second, trim(second).__traceback__)
        print("\nOriginal exception was:", file=sys.stderr)
        sys.__excepthook__(type(error), error, error.__traceback__)


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)[:_MESSAGE]
        return str(error)[:_MESSAGE]
    except BaseException as second:
        return f"<no message: {type(second).__name__}>"


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == FILENAME:
        return error.lineno
    line, trace = None, error.__traceback__
    while isinstance(trace, TracebackType):
        if trace.tb_frame.f_code.co_filename == FILENAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _formatted(error: BaseException) -> str:
    try:
        lines = traceback.TracebackException(type(error), error, error.__traceback__).format()
        return "".join(lines)
    except BaseException as second:
        return f"{type(error).__name__} <no traceback: {type(second).__name__}>\n"


def _bounded(text: str) -> str:
    if len(text) <= _KEEP:
        return text
    return text[: _KEEP // 4] + "\n...\n" + text[-3 * _KEEP // 4 :]
