"""The zygote: a warm interpreter that never sees a learner's byte and clones cells on request.

Started as `python -I -S zygote.py <control fd> <settings json>`. It is the only process that reaps,
so a kill can never hit a reused process id.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import threading

_OWN_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, _OWN_ROOT)

import _sitebuiltins  # noqa: E402
import _socket  # noqa: E402
import builtins  # noqa: E402

from sandbox_runner.cell import harness, kernel, reports, setup, streams  # noqa: E402

# What many programs import, and no more: gVisor copies the zygote's memory for each cell, at 1.3 ms of a core
# a megabyte. `dataclasses` alone (it imports inspect, ast and dis) was 2.8 MB, and costs its users 25 ms.
_PRELOADED = (
    "abc bisect collections copy datetime enum functools heapq itertools json math operator random re string "
    "time traceback"
)
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_THREAD_STACK = 512 * 1024
_INT = 4
_SIGNALS = {"kill": signal.SIGKILL, "pause": signal.SIGSTOP, "go_on": signal.SIGCONT}


class Walls:
    """What a cell closes behind itself: its limits, its filter and the options of its /tmp.

    `proc` is an open /proc: the zygote's root has none.
    """

    def __init__(self, limits: setup.Limits, filter_program: bytes, files: str, proc: int) -> None:
        self.limits, self.filter, self.files, self.proc = limits, filter_program, files, proc


class Zygote:
    """Serve `spawn` and `kill` until the runner closes the control socket."""

    def __init__(self, control: _socket.socket, walls: Walls) -> None:
        self._control = control
        self._walls = walls
        self._cells: dict[int, int] = {}
        self._wake_r, self._wake_w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self) -> None:
        """Answer requests; when the runner is gone, take every cell along."""
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
        message, fds = _receive(self._control)
        if not message:
            return False
        request = json.loads(message)
        if request["op"] == "spawn":
            self._spawn(request["id"], fds)
        else:
            self._signal(request["id"], _SIGNALS[request["op"]])
        return True

    def _spawn(self, identity: int, fds: list[int]) -> None:
        try:
            pid = kernel.clone(kernel.CELL_NAMESPACES)
        except OSError as error:
            os.write(fds[3], f"failed {error}\n".encode())
            self._send(op="exit", id=identity, status=256, cpu_s=0.0, peak_rss=0)
        else:
            if pid == 0:
                become_cell(fds, self._walls)
            self._cells[pid] = identity
            self._send(op="born", id=identity, pid=pid)
        for fd in fds:
            os.close(fd)

    def _signal(self, identity: int, number: int) -> None:
        for pid, cell in self._cells.items():
            if cell == identity:
                os.kill(pid, number)

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


def _receive(control: _socket.socket) -> tuple[bytes, list[int]]:
    """Receive a message and its descriptors, without the module `socket` and its half megabyte."""
    message, parts, _, _ = control.recvmsg(4096, _socket.CMSG_SPACE(4 * _INT))
    data = b"".join(part for _, _, part in parts)
    return message, [int.from_bytes(data[at : at + _INT], sys.byteorder) for at in range(0, len(data), _INT)]


def become_cell(fds: list[int], walls: Walls) -> NoReturn:
    """Close the door behind this process and wait for the request; never returns."""
    try:
        prepared = _close_off(fds, walls)
    except BaseException as error:
        reports.send(f"failed {type(error).__name__}: {error}")
        os._exit(1)
    harness.serve(*prepared)


def _close_off(fds: list[int], walls: Walls) -> tuple[reports.Ledger, list[bytes]]:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    setup.reset_signals()
    os.setsid()
    setup.mount_own_files(walls.files)
    ledger, reserve = reports.Ledger(), harness.set_room_aside()
    streams.open_output(ledger)
    # Last of all, so that what a cell needs for itself is not counted as the learner's.
    idle = setup.read_address_space(walls.proc)
    setup.take_descriptors(*fds)
    setup.apply_limits(walls.limits, idle)
    kernel.drop_capabilities()
    kernel.load_filter(walls.filter)
    reports.send(f"ready {json.dumps(vars(setup.measure(idle)))}")
    return ledger, reserve


def prepare_interpreter() -> None:
    """Import what programs usually need, and add what starting without `site` leaves out."""
    for name in _PRELOADED.split():
        __import__(name)
    vars(builtins).update(
        exit=_sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)"),
        quit=_sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)"),
        help=_sitebuiltins._Helper(),
    )
    threading.stack_size(_THREAD_STACK)
    sys.path.remove(_OWN_ROOT)


def main() -> None:
    """Set up the interpreter and the walls that all cells share, and serve."""
    control = _socket.socket(fileno=setup.occupy_descriptors(int(sys.argv[1])))
    settings = json.loads(sys.argv[2])
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    filter_program = control.recv(65536)
    prepare_interpreter()
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    files = setup.leave_the_world(sys.base_prefix)
    setup.clean_environment("/tmp")
    limits = setup.Limits(memory=settings["memory"], cpu_s=settings["cpu_s"], threads=settings["threads"])
    gc.collect()
    gc.freeze()
    Zygote(control, Walls(limits, filter_program, files, proc)).run()


if __name__ == "__main__":
    main()
