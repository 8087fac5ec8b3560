"""From what came out of a cell to the answer; every function here is pure."""

from __future__ import annotations

import os
import signal
from typing import Any

from sandbox_runner.advice import advise
from sandbox_runner.capture import Mark, Report, Stream, decode
from sandbox_runner.cells import Run
from sandbox_runner.requests import Request
from sandbox_runner.spawners import Exit

PROGRAM = -1
MAX_CHUNKS = 500
_TEXT = 9000


def answer(run: Run, request: Request, isolation: str) -> dict[str, Any]:
    """Build the whole answer."""
    report = run.report.result(PROGRAM)
    error = problem(report.get("error"))
    exit_code, signal_name = _ending(run)
    status = _status(run, exit_code, error)
    return {
        "status": status,
        "exit_code": exit_code,
        "signal": signal_name,
        "stdout": decode_kept(run.stdout),
        "stderr": decode_kept(run.stderr),
        "truncated": {"stdout": run.stdout.truncated, "stderr": run.stderr.truncated},
        "duration_ms": round(run.seconds * 1000, 1),
        "cpu_ms": round(max(0.0, run.exit.cpu_s - run.baseline.cpu_s) * 1000, 1) if run.exit else None,
        "peak_memory_bytes": max(0, run.exit.peak_rss - run.baseline.peak_rss) if run.exit else None,
        "error": _without_flag(error) if status in ("error", "memory_limit") else None,
        "chunks": chunks(run.stdout, run.stderr, run.report.marks),
        "results": [_item(run, index, status) for index in range(request.items)],
        "isolation": isolation,
    }


def merge(answers: list[dict[str, Any]], left: int) -> dict[str, Any]:
    """Join the answers of isolated items; `left` items were not run because the time was up."""
    first = next((one for one in answers if one["status"] != "ok"), answers[0])
    results = [one["results"][0] for one in answers] + [_not_run() for _ in range(left)]
    return {
        **first,
        "duration_ms": round(sum(one["duration_ms"] for one in answers), 1),
        "cpu_ms": round(sum(one["cpu_ms"] or 0 for one in answers), 1),
        "peak_memory_bytes": max(one["peak_memory_bytes"] or 0 for one in answers),
        "results": results,
    }


def problem(data: object) -> dict[str, Any] | None:
    """Check an error that a cell reported; anything of the wrong kind is dropped."""
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        return None
    kind, message, trace = data["type"][:200], data.get("message"), data.get("traceback")
    message = message[:_TEXT] if isinstance(message, str) else ""
    line = data.get("line")
    return {
        "type": _clean(kind),
        "message": _clean(message),
        "line": line if type(line) is int and 0 < line < 10**7 else None,
        "traceback": _clean(trace[:_TEXT]) if isinstance(trace, str) else "",
        "help": advise(kind, message),
        "memory": data.get("memory") is True,
    }


def chunks(stdout: Stream, stderr: Stream, marks: list[Mark]) -> list[dict[str, str]]:
    """Put both streams into one sequence, in the order of writing."""
    sequence: list[tuple[int, bytearray]] = []
    streams, at, current = (stdout, stderr), [0, 0], 0
    switches = [mark for mark in marks if mark.kind == "s" and mark.number in (0, 1)][: MAX_CHUNKS - 2]
    for mark in switches:
        _advance(sequence, streams, at, (mark.out, mark.err), current)
        current = mark.number
    _advance(sequence, streams, at, (stdout.total, stderr.total), current)
    return [{"stream": ("stdout", "stderr")[stream], "text": decode(data)} for stream, data in sequence]


def _advance(
    sequence: list[tuple[int, bytearray]],
    streams: tuple[Stream, Stream],
    at: list[int],
    until: tuple[int, int],
    current: int,
) -> None:
    for stream in (current, 1 - current):
        data = streams[stream].kept[at[stream] : until[stream]]
        if not data:
            continue
        at[stream] += len(data)
        if sequence and sequence[-1][0] == stream:
            sequence[-1][1].extend(data)
        else:
            sequence.append((stream, bytearray(data)))


def decode_kept(stream: Stream) -> str:
    """Decode a stream; a character that the limit cut in two is left out."""
    if not stream.truncated:
        return decode(stream.kept)
    kept = bytes(stream.kept)
    for cut in range(1, 4):
        if kept[-cut : -cut + 1 or None] >= b"\xc0":
            return decode(kept[:-cut])
        if kept[-cut : -cut + 1 or None] < b"\x80":
            break
    return decode(kept)


def _ending(run: Run) -> tuple[int | None, str | None]:
    if run.exit is None:
        return None, None
    if os.WIFSIGNALED(run.exit.status):
        number = os.WTERMSIG(run.exit.status)
        return None, _signal_name(number)
    return os.waitstatus_to_exitcode(run.exit.status), None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def _status(run: Run, exit_code: int | None, error: dict[str, Any] | None) -> str:
    if run.exit is None:
        return "internal_error"
    if run.stopped:
        return run.stopped
    if os.WIFSIGNALED(run.exit.status):
        return _killed(run.exit, run.cpu_limit_s)
    if exit_code == 0:
        return "ok"
    return "memory_limit" if error and error["memory"] else "error"


def _killed(exit_: Exit, cpu_limit_s: int) -> str:
    number = os.WTERMSIG(exit_.status)
    # Whoever ignores SIGXCPU is killed a second later.
    if number == signal.SIGXCPU or (number == signal.SIGKILL and exit_.cpu_s >= cpu_limit_s):
        return "timeout"
    return "error" if number == signal.SIGXFSZ else "crashed"


def _item(run: Run, index: int, overall: str) -> dict[str, Any]:
    begin, end = _mark(run.report, "b", index), _mark(run.report, "e", index)
    if begin is None:
        return _not_run()
    if end is None:
        end = Mark("e", index, run.stdout.total, run.stderr.total)
        data: dict[str, Any] = {}
        status = (
            overall if overall in ("timeout", "memory_limit", "output_limit", "internal_error") else "crashed"
        )
    else:
        data = run.report.result(index)
        status = _item_status(data)
    error = problem(data.get("error"))
    seconds = data.get("seconds")
    return {
        "status": status,
        "value": data.get("value"),
        "exit_code": data.get("exit_code") if type(data.get("exit_code")) is int else None,
        "stdout": decode(run.stdout.kept[begin.out : end.out]),
        "stderr": decode(run.stderr.kept[begin.err : end.err]),
        "duration_ms": round(seconds * 1000, 1) if isinstance(seconds, float) and 0 <= seconds < 60 else None,
        "error": _without_flag(error),
    }


def _item_status(data: dict[str, Any]) -> str:
    error = problem(data.get("error"))
    if error is not None:
        return "memory_limit" if error["memory"] else "error"
    if data.get("exit_code", 0) != 0:
        return "error"
    return "ok" if "value" in data or "exit_code" in data else "crashed"


def _mark(report: Report, kind: str, item: int) -> Mark | None:
    return next((mark for mark in report.marks if mark.kind == kind and mark.number == item), None)


def _not_run() -> dict[str, Any]:
    empty = {"value": None, "exit_code": None, "stdout": "", "stderr": "", "duration_ms": None, "error": None}
    return {"status": "not_run", **empty}


def _without_flag(error: dict[str, Any] | None) -> dict[str, Any] | None:
    return error and {name: value for name, value in error.items() if name != "memory"}


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
