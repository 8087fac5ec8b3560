"""The zygote: a warm interpreter that never sees a learner's byte and clones cells on request.

Started as `python -I -S zygote.py <control fd> <settings json>`. It is the only process that reaps,
so a kill can never hit a reused process id.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from typing import Any, NoReturn

_OWN_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, _OWN_ROOT)

import _sitebuiltins  # noqa: E402
import builtins  # noqa: E402

from sandbox_runner.cell import harness, kernel, reports, setup, streams  # noqa: E402

_PRELOADED = (
    "abc bisect collections copy csv dataclasses datetime decimal enum fractions functools heapq itertools "
    "json math operator pathlib random re statistics string struct textwrap time traceback types typing"
)
_THREAD_STACK = 512 * 1024


class Zygote:
    """Serve `spawn` and `kill` until the runner closes the control socket."""

    def __init__(self, control: socket.socket, settings: dict[str, Any]) -> None:
        self._control = control
        self._settings = settings
        self._filter = b""
        self._cells: dict[int, int] = {}
        self._wake_r, self._wake_w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self) -> None:
        """Answer requests; when the runner is gone, take every cell along."""
        self._filter = self._control.recv(65536)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wake_w)
        self._send(op="up")
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        poller.register(self._wake_r, select.POLLIN)
        while self._serve({fd for fd, _ in poller.poll()}):
            pass
        for pid in self._cells:
            os.kill(pid, signal.SIGKILL)

    def _serve(self, readable: set[int]) -> bool:
        if self._wake_r in readable:
            os.read(self._wake_r, 4096)
            self._reap()
        if self._control.fileno() not in readable:
            return True
        message, fds, _, _ = socket.recv_fds(self._control, 4096, 4)
        if not message:
            return False
        request = json.loads(message)
        if request["op"] == "spawn":
            self._spawn(request["id"], fds)
        else:
            self._kill(request["id"])
        return True

    def _spawn(self, identity: int, fds: list[int]) -> None:
        try:
            pid = kernel.clone(kernel.ALL_NAMESPACES)
        except OSError as error:
            os.write(fds[3], f"failed {error}\n".encode())
            self._send(op="exit", id=identity, status=256, cpu_s=0.0, peak_rss=0)
        else:
            if pid == 0:
                become_cell(fds, self._settings, self._filter)
            self._cells[pid] = identity
        for fd in fds:
            os.close(fd)

    def _kill(self, identity: int) -> None:
        for pid, cell in self._cells.items():
            if cell == identity:
                os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while self._cells:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            identity = self._cells.pop(pid)
            cpu_s = usage.ru_utime + usage.ru_stime
            self._send(op="exit", id=identity, status=status, cpu_s=cpu_s, peak_rss=usage.ru_maxrss * 1024)

    def _send(self, **message: Any) -> None:
        self._control.send(json.dumps(message).encode())


def become_cell(fds: list[int], settings: dict[str, Any], filter_program: bytes) -> NoReturn:
    """Close the door behind this process and wait for the request; never returns."""
    try:
        ledger = _close_off(fds, settings, filter_program)
    except BaseException as error:
        reports.send(f"failed {type(error).__name__}: {error}")
        os._exit(1)
    harness.serve(ledger)


def _close_off(fds: list[int], settings: dict[str, Any], filter_program: bytes) -> reports.Ledger:
    request, output, errors, report = fds
    setup.take_descriptors(request, output, errors, report)
    setup.reset_signals()
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    setup.map_identity(settings["uid"], settings["gid"])
    idle = setup.address_space()
    setup.enter_own_root(sys.base_prefix)
    setup.apply_limits(setup.Limits(memory=settings["memory"]), idle)
    kernel.drop_capabilities()
    kernel.load_filter(filter_program)
    setup.clean_environment()
    ledger = reports.Ledger()
    streams.open_output(ledger)
    baseline = setup.measure(idle)
    reports.send(f"ready {json.dumps(vars(baseline))}")
    return ledger


def prepare_interpreter() -> None:
    """Import what programs usually need, and add what starting without `site` leaves out."""
    for name in _PRELOADED.split():
        importlib.import_module(name)
    vars(builtins).update(
        exit=_sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)"),
        quit=_sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)"),
        help=_sitebuiltins._Helper(),
    )
    threading.stack_size(_THREAD_STACK)
    sys.path.remove(_OWN_ROOT)


def main() -> None:
    """Set up the interpreter and serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    prepare_interpreter()
    gc.collect()
    gc.freeze()
    with contextlib.suppress(KeyboardInterrupt):
        Zygote(control, settings).run()


if __name__ == "__main__":
    main()
