"""Plain Python in a process of its own: the answers of the sandbox-runner, without walls, in a millisecond.

For the programs of the exercise bank, which are ours. Run as a script it is the worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import io
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[3]
LIMIT_S = 0.4
AGAIN_S = 0.05


class PlainPython:
    """Runs programs in the worker, one after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()
        self.executions = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls) -> AsyncIterator[PlainPython]:
        with tempfile.TemporaryDirectory() as folder:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                __file__,
                cwd=folder,
                env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=16 * 1024 * 1024,
            )
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def execute(
        self,
        code: str,
        *,
        calls: Sequence[Mapping[str, Any]] = (),
        stdin_cases: Sequence[str] = (),
        isolate: bool = False,
        seed: int | None = None,
    ) -> Any:
        import msgspec

        from functions.runtime.sandbox import Execution

        request = json.dumps({"code": code, "calls": list(calls), "stdin_cases": list(stdin_cases)})
        self.executions += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(request.encode() + b"\n")
            answer = await self._process.stdout.readline()
        return msgspec.json.decode(answer, type=Execution)


def runner_values() -> Any:
    """The runner's own encoder of values, loaded by its path."""
    path = ROOT / "sandbox-runner/src/sandbox_runner/cell/values.py"
    spec = importlib.util.spec_from_file_location("runner_values", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TooSlow(BaseException):
    """A program ran out of its time."""


def ring(*_: Any) -> None:
    """Interrupt a program; again and again, for it may catch everything."""
    raise TooSlow


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Limit the time of one thing that runs."""
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S, AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def attempt(run: Any) -> dict[str, Any]:
    """Run one thing and describe what came of it."""
    out = io.StringIO()
    result: dict[str, Any] = {"status": "ok"}
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()), limited():
            result["value"] = run()
    except TooSlow:
        return {"status": "timeout", "stdout": out.getvalue()[:10_000]}
    except SystemExit as error:
        result["status"] = "ok" if error.code in (None, 0) else "error"
    except BaseException as error:  # noqa: BLE001  # whatever the program raised is its result
        line = error.lineno if isinstance(error, SyntaxError) else last_line(error)
        described = {"type": type(error).__qualname__, "message": str(error), "line": line}
        result |= {"status": "error", "error": described}
    return result | {"stdout": out.getvalue()}


def last_line(error: BaseException) -> int | None:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "main.py":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def answer(request: dict[str, Any], values: Any) -> dict[str, Any]:
    main = ModuleType("main")
    sys.modules["main"] = main
    try:
        program = compile(request["code"], "main.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        described = {"type": type(error).__name__, "message": error.msg, "line": error.lineno}
        return {"status": "error", "error": described, "results": []}
    results = []
    for case in request["stdin_cases"]:
        sys.stdin = io.StringIO(case)
        results.append(attempt(lambda: exec(program, {"__name__": "__main__"})))
    if request["stdin_cases"]:
        return {"status": "ok", "results": results}
    sys.stdin = io.StringIO("")
    whole = attempt(lambda: exec(program, main.__dict__))
    for call in request["calls"] if whole["status"] == "ok" else ():
        results.append(attempt(lambda name=call["function"]: values.encode(main.__dict__[name]())))
    whole.pop("value", None)
    return whole | {"results": results}


def work() -> None:
    values = runner_values()
    lines, sys.stdin = sys.stdin, io.StringIO("")
    out, home = sys.stdout, Path.cwd()
    signal.signal(signal.SIGALRM, ring)
    for line in lines:
        with tempfile.TemporaryDirectory(dir=home) as folder:
            os.chdir(folder)
            said = answer(json.loads(line), values)
            os.chdir(home)
        print(json.dumps(said), file=out, flush=True)


if __name__ == "__main__":
    work()
