"""Runs a learner's program line by line and tells what each line did: the second half of what a cell gets.

It needs nothing but the standard library. At most `max_steps` lines are followed; after them the program runs
on untraced, so that its output is complete. Cost: some microseconds a line and name. It fails to see what
threads do, what happens inside an object that is shown shortened, and the bodies of comprehensions.
"""

from __future__ import annotations

import builtins
import io
import json
import signal
import sys
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any

from functions.analysis.short_repr import shown

PROGRAM = "program.py"
THEN = "then.py"
MAX_NAMES = 30
MAX_CALLS = 60
MAX_PRINTED = 4000
MAX_PIECES = 200
# Flags of code objects: a function's own frame, and the three kinds that are begun once and entered often.
CO_OPTIMIZED, CO_GENERATOR = 1, 0x20 | 0x80 | 0x200


class TimeIsUp(BaseException):
    """The program did not end in time; no `except Exception` of the learner's stops it."""


def names_of(frame: FrameType) -> dict[str, str]:
    """Give the names of a frame that hold values, in order; functions, classes and modules are left out."""
    found: dict[str, str] = {}
    for name, value in list(frame.f_locals.items()):
        if name.startswith("__") or isinstance(value, ModuleType | FunctionType | type):
            continue
        found[name] = shown(value)
        if len(found) == MAX_NAMES:
            break
    return found


class Recorder:
    """Follows a program and keeps what its lines did."""

    def __init__(self, max_steps: int) -> None:
        self.max_steps = max_steps
        self.steps: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.printed: list[list[Any]] = []
        self.waits: list[dict[str, Any]] = []
        self.cut = False
        self._room = MAX_PRINTED
        self._before: dict[FrameType, dict[str, str]] = {}
        self._step_of: dict[FrameType, dict[str, Any]] = {}
        self._call_of: dict[FrameType, dict[str, Any]] = {}

    def trace(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        """Take a call; only functions and the program itself are followed."""
        code = frame.f_code
        is_program = code.co_name == "<module>"
        # Class bodies are frames as well: they are left out, with all that is not the learner's.
        if code.co_filename != PROGRAM or not (is_program or code.co_flags & CO_OPTIMIZED):
            return None
        if code.co_name.startswith("<") and not is_program:
            return None
        if not is_program and not code.co_flags & CO_GENERATOR and len(self.calls) < MAX_CALLS:
            self._note_call(frame, code)
        self._before[frame] = names_of(frame)
        return self.line

    def line(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        """Take a line that begins, or the end of a function."""
        self.settle(frame)
        if event == "line":
            # From here the program runs at full speed: its output is complete, only its steps are not.
            if len(self.steps) >= self.max_steps:
                self.cut = True
                sys.settrace(None)
                return None
            step = {"line": frame.f_lineno, "function": frame.f_code.co_name, "depth": len(self._before) - 1}
            self.steps.append(step)
            self._step_of[frame] = step
        elif event == "return":
            call = self._call_of.pop(frame, None)
            if call is not None and "raised" not in call:
                call["result"] = shown(arg)
                self._step_of.get(frame, {})["gave"] = call["result"]
            self._before.pop(frame, None)
            self._step_of.pop(frame, None)
        elif event == "exception" and frame in self._call_of:
            self._call_of[frame]["raised"] = arg[0].__name__
        # It went on: what was raised was caught here.
        if event == "line" and frame in self._call_of:
            self._call_of[frame].pop("raised", None)
        return self.line

    def settle(self, frame: FrameType) -> None:
        """Write down what the line before changed."""
        before, now = self._before.get(frame, {}), names_of(frame)
        self._before[frame] = now
        if (step := self._step_of.get(frame)) is None:
            return
        changed = {name: text for name, text in now.items() if before.get(name) != text}
        if changed:
            step["changed"] = {**step.get("changed", {}), **changed}
        if gone := [name for name in before if name not in now]:
            step["gone"] = gone

    def _note_call(self, frame: FrameType, code: CodeType) -> None:
        count = code.co_argcount + code.co_kwonlyargcount
        extra = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
        given = {name: shown(frame.f_locals.get(name)) for name in code.co_varnames[: count + extra]}
        call = {
            "function": code.co_name,
            "line": code.co_firstlineno,
            "given": given,
            "at": here(frame.f_back),
        }
        self.calls.append(call)
        self._call_of[frame] = call

    def write(self, text: str) -> None:
        """Keep what is printed, and by which line."""
        # What is printed is cut in all, not for each call: an endless loop prints in small pieces.
        kept = text[: self._room]
        self._room -= len(kept)
        line = here(sys._getframe(1))
        step = -1 if self.cut else len(self.steps) - 1
        if self.printed and self.printed[-1][:2] == [line, step]:
            self.printed[-1][2] += kept
        elif kept and len(self.printed) < MAX_PIECES:
            self.printed.append([line, step, kept])
        elif kept:
            self.printed[-1][2] += kept


def here(frame: FrameType | None) -> int | None:
    """Give the line of the program that is at work."""
    while frame is not None and frame.f_code.co_filename != PROGRAM:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else None


class Screen(io.TextIOWrapper):
    """The learner's sys.stdout."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
        self.recorder = recorder

    def write(self, text: str, /) -> int:
        """Keep a piece of output."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.recorder.write(text)
        return len(text)


def failure_of(error: BaseException) -> dict[str, Any]:
    """Tell of an uncaught error, with the names of the function that it happened in."""
    message = error.msg if isinstance(error, SyntaxError) else _message(error)
    told: dict[str, Any] = {"type": type(error).__name__, "message": message[:300], "line": None, "names": {}}
    if isinstance(error, SyntaxError):
        told["line"] = error.lineno
        return told
    trace: TracebackType | None = error.__traceback__
    path: list[list[Any]] = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PROGRAM:
            path.append([trace.tb_frame.f_code.co_name, trace.tb_lineno])
            told["line"], told["names"] = trace.tb_lineno, names_of(trace.tb_frame)
        trace = trace.tb_next
    told["path"] = path[:4] + path[-4:] if len(path) > 8 else path
    return told


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # whatever a message raises, the error is still told
        return ""


def _asker(recorder: Recorder, screen: Screen) -> Callable[..., str]:
    def ask(prompt: object = "") -> str:
        screen.write(str(prompt))
        wait: dict[str, Any] = {"line": here(sys._getframe(1)), "prompt": str(prompt)[:200], "given": None}
        if len(recorder.waits) < MAX_CALLS:
            recorder.waits.append(wait)
        text = sys.stdin.readline()
        if not text:
            raise EOFError("EOF when reading a line")
        wait["given"] = text.rstrip("\n")
        return text.rstrip("\n")

    return ask


def _time_is_up(*_: Any) -> None:
    raise TimeIsUp


def observe(source: str, inputs: str, then: str | None, max_steps: int, seconds: float) -> str:
    """Run a program and follow it, or else an expression after it; give the facts as JSON."""
    recorder = Recorder(max_steps)
    screen, module = Screen(recorder), ModuleType("__main__")
    real = sys.stdout, sys.stdin, builtins.input, sys.modules.get("__main__")
    facts: dict[str, Any] = {"ended": "end"}
    signal.signal(signal.SIGALRM, _time_is_up)
    # Again every 0.2 s: a program that catches the first one gets the next.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    sys.stdout, sys.stdin, sys.modules["__main__"] = screen, io.StringIO(inputs), module
    builtins.input = _asker(recorder, screen)
    try:
        _run(source, then, module.__dict__, recorder, facts)
    except SystemExit:
        facts["ended"] = "exit"
    except TimeIsUp as error:
        facts |= {"ended": "time", "failure": failure_of(error)}
    except BaseException as error:  # noqa: BLE001  # it is the learner's, and told
        facts |= {"ended": "error", "failure": failure_of(error)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.settrace(None)
        sys.stdout, sys.stdin, builtins.input = real[:3]
    if real[3] is not None:
        sys.modules["__main__"] = real[3]
    facts |= {"steps": recorder.steps, "calls": recorder.calls, "printed": recorder.printed}
    return json.dumps({**facts, "waits": recorder.waits, "cut": recorder.cut})


def _run(
    source: str, then: str | None, names: dict[str, Any], recorder: Recorder, facts: dict[str, Any]
) -> None:
    code = compile(source, PROGRAM, "exec", dont_inherit=True)
    expression = compile(then, THEN, "eval", dont_inherit=True) if then else None
    if expression is None:
        sys.settrace(recorder.trace)
        exec(code, names)
        return
    exec(code, names)
    # Of an expression after the program only its own prints are told.
    recorder.printed.clear()
    sys.settrace(recorder.trace)
    value = eval(expression, names)
    sys.settrace(None)
    facts["value"] = shown(value)
