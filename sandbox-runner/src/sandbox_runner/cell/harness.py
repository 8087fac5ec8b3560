"""Run the learner's program inside a cell that is already closed off."""

from __future__ import annotations

import _thread
import atexit
import builtins
import io
import json
import linecache
import os
import sys
import threading
import time
from types import CodeType, ModuleType

from sandbox_runner.cell import failures, repeatable, reports, streams, values
from sandbox_runner.cell.setup import REQUEST_FD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_INTERRUPTED = 130
_LENGTH = 4
_THREADS = 60
_clock = time.perf_counter


def set_room_aside() -> list[bytes]:
    """Set room aside to report in when the learner has used up the memory."""
    return [bytes(1024 * 1024)]


def serve(ledger: reports.Ledger, reserve: list[bytes]) -> NoReturn:
    """Wait for the one request, run it, and end the process."""
    request = json.loads(_read_request())
    streams.take_input(REQUEST_FD, request["interactive"])
    _limit_threads()
    if request["seed"] is not None:
        repeatable.fix(request["seed"])
    code = _run(request, ledger, reserve)
    _finish(code)


def _limit_threads() -> None:
    """Bound the threads of this cell: the kernel counts those of all cells together.

    A program that goes around this meets the address space and the watchdog.
    """
    for module, name in ((_thread, "start_new_thread"), (_thread, "start_joinable_thread")):
        start = getattr(module, name, None)
        if start is not None:
            bounded = _bounded(start)
            for place in (_thread, threading):
                for alias in (name, f"_{name}"):
                    if hasattr(place, alias):
                        setattr(place, alias, bounded)


def _bounded(start: Any) -> Any:
    def start_thread(*args: Any, **kwargs: Any) -> Any:
        if _thread._count() >= _THREADS:
            raise RuntimeError("can't start new thread")
        return start(*args, **kwargs)

    # A traceback shows a part of the interpreter there, not a file of ours.
    start_thread.__code__ = start_thread.__code__.replace(co_filename="<frozen _thread>")
    return start_thread


def _read_request() -> bytes:
    """Read the request and no more: in a conversation the person's input follows."""
    left, pieces = int.from_bytes(_exactly(_LENGTH), "big"), []
    while left > 0:
        pieces.append(_exactly(min(left, 65536)))
        left -= len(pieces[-1])
    return b"".join(pieces)


def _exactly(size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = os.read(REQUEST_FD, size - len(data))
        if not piece:
            os._exit(0)  # closed while idle: nobody wants this cell
        data += piece
    return data


def _run(request: dict[str, Any], ledger: reports.Ledger, reserve: list[bytes]) -> int:
    source = request["code"].removeprefix("\ufeff")
    _store(source)
    if not request["interactive"]:
        streams.open_input(request["stdin"])
    try:
        code = compile(source, failures.FILENAME, "exec", dont_inherit=True)
    except BaseException as error:
        return _end_program(error.with_traceback(None), reserve, compiling=True)
    if request["stdin_cases"] is not None:
        return _run_cases(code, request["stdin_cases"], ledger, reserve)
    module = _fresh_module("__main__" if request["calls"] is None else "main")
    failure = _execute(code, module.__dict__)
    if failure is not None:
        return _end_program(failure, reserve)
    for item, call in enumerate(request["calls"] or ()):
        _run_call(item, call, module, ledger, reserve)
    return 0


def _store(source: str) -> None:
    # The interpreter's own traceback printer reads the file, linecache must survive a chdir.
    with open(failures.FILENAME, "w", encoding="utf-8", newline="") as file:
        file.write(source)
    lines = io.StringIO(source, newline=None).readlines()
    lines[-1:] = [line.removesuffix("\n") + "\n" for line in lines[-1:]]
    linecache.cache[failures.FILENAME] = (len(source), None, lines, failures.FILENAME)


def _fresh_module(name: str) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(
        __builtins__=builtins, __file__=os.path.abspath(failures.FILENAME), __annotations__={}
    )
    sys.modules[name] = module
    return module


def _execute(code: CodeType, namespace: dict[str, Any]) -> BaseException | None:
    # Tiny on purpose: CPython 3.11 can loop for ever while unwinding a longer function without memory.
    try:
        exec(code, namespace)
    except BaseException as error:
        return error
    return None


def _invoke(function: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, BaseException | None]:
    try:
        return function(*args, **kwargs), None
    except BaseException as error:
        return None, error


def _end_program(error: BaseException, reserve: list[bytes], compiling: bool = False) -> int:
    result = _failure(error, reserve)
    if compiling:
        # The parser calls brackets that are nested too deeply a MemoryError.
        result["error"]["memory"] = False
    reports.send_result(reports.PROGRAM, result)
    code: int = result["exit_code"]
    return code


def _failure(error: BaseException, reserve: list[bytes]) -> dict[str, Any]:
    """Show an uncaught error as the interpreter would, and give it as data."""
    if isinstance(error, SystemExit):
        return {"exit_code": _exit_code(error)}
    reserve.clear()
    error = failures.trim(error)
    failures.show(error)
    code = _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    return {"exit_code": code, "error": failures.describe(error)}


def _exit_code(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    print(error.code, file=sys.stderr)
    return 1


def _run_cases(code: CodeType, cases: list[str], ledger: reports.Ledger, reserve: list[bytes]) -> int:
    for item, stdin in enumerate(cases):
        streams.open_input(stdin)
        module = _fresh_module("__main__")
        _begin(item, ledger)
        started = _clock()
        error = _execute(code, module.__dict__)
        result = {"exit_code": 0} if error is None else _failure(error, reserve)
        _end(item, ledger, {**result, "seconds": _clock() - started})
    return 0


def _run_call(
    item: int, call: dict[str, Any], module: ModuleType, ledger: reports.Ledger, reserve: list[bytes]
) -> None:
    _begin(item, ledger)
    started = _clock()
    value, error = _invoke(_prepared_call, [call, module], {})
    if error is None:
        result = {"value": value}
    else:
        error = failures.trim(error)
        if failures.is_memory(error):
            reserve.clear()
        result = {"error": failures.describe(error)}
    _end(item, ledger, {**result, "seconds": _clock() - started})


def _prepared_call(call: dict[str, Any], module: ModuleType) -> Any:
    function = _look_up(call["function"], module)
    kwargs = {name: values.decode(value) for name, value in call["kwargs"].items()}
    return values.encode(function(*values.decode(call["args"]), **kwargs))


def _look_up(path: str, module: ModuleType) -> Any:
    first, *rest = path.split(".")
    if first not in module.__dict__:
        raise NameError(f"name {first!r} is not defined", name=first)
    found = module.__dict__[first]
    for name in rest:
        found = getattr(found, name)
    return found


def _begin(item: int, ledger: reports.Ledger) -> None:
    streams.flush_output()
    reports.send(f"b {item} {ledger.position()}")


def _end(item: int, ledger: reports.Ledger, result: dict[str, Any]) -> None:
    streams.flush_output()
    reports.send_result(item, result)
    reports.send(f"e {item} {ledger.position()}")


def _finish(code: int) -> NoReturn:
    # Ordinary finalisation costs 10 to 17 ms in gVisor; this keeps what a learner can see of it.
    for step in (_shut_down_threads, atexit._run_exitfuncs, _forget_program):
        _, error = _invoke(step, [], {})
        if error is not None:
            failures.show(error)
    streams.flush_output()
    os._exit(code)


def _shut_down_threads() -> None:
    vars(threading)["_shutdown"]()


def _forget_program() -> None:
    for name in ("__main__", "main"):
        module = sys.modules.get(name)
        if module is not None:
            module.__dict__.clear()
