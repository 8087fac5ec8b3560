"""A cell without isolation, for machines that cannot have gVisor; only resource limits apply.

Started as `python -I -S plain.py <fd,fd,fd,fd> <memory>` in an empty folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import sys

_OWN_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, _OWN_ROOT)

from sandbox_runner.cell import harness, reports, setup, streams, zygote  # noqa: E402

_CPU_S = 5


def _limit(memory: int) -> int:
    idle = 0
    if os.path.exists("/proc/self/statm"):
        proc = os.open("/proc", os.O_RDONLY)
        idle = setup.read_address_space(proc)
        os.close(proc)
    limits = setup.Limits(memory, _CPU_S, 0)
    wanted = [(resource.RLIMIT_CPU, limits.cpu_s + 1), (resource.RLIMIT_FSIZE, limits.file_size)]
    wanted += [(resource.RLIMIT_NOFILE, limits.descriptors), (resource.RLIMIT_CORE, 0)]
    if idle:
        wanted.append((resource.RLIMIT_AS, idle + memory + limits.memory_slack))
    for name, value in wanted:
        resource.setrlimit(name, (value, value))
    return idle


def _moved(*descriptors: int) -> list[int]:
    """Move descriptors away from the numbers that they will have."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD, 200) for fd in descriptors]
    os.dup2(nothing, 0)
    return moved


def main() -> None:
    """Take the descriptors, set the limits, and run."""
    request, output, errors, report = map(int, sys.argv[1].split(","))
    memory = int(sys.argv[2])
    setup.take_descriptors(*_moved(request, output, errors, report))
    zygote.prepare_interpreter()
    setup.clean_environment(os.getcwd())
    ledger, reserve = reports.Ledger(), harness.set_room_aside()
    streams.open_output(ledger)
    baseline = setup.measure(_limit(memory))
    reports.send(f"ready {json.dumps(vars(baseline))}")
    harness.serve(ledger, reserve)


if __name__ == "__main__":
    main()
