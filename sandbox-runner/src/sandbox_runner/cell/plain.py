"""A cell without isolation, for machines that cannot have gVisor; only resource limits apply.

Started as `python -I -S plain.py <fd,fd,fd,fd> <memory>` in an empty folder.
"""

from __future__ import annotations

import json
import os
import resource
import sys

_OWN_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, _OWN_ROOT)

from sandbox_runner.cell import harness, reports, setup, streams, zygote  # noqa: E402


def _limit(memory: int) -> int:
    idle = setup.address_space() if os.path.exists("/proc/self/statm") else 0
    limits = setup.Limits()
    wanted = [(resource.RLIMIT_CPU, limits.cpu_s), (resource.RLIMIT_FSIZE, limits.file_size)]
    wanted += [(resource.RLIMIT_NOFILE, limits.descriptors), (resource.RLIMIT_CORE, 0)]
    if idle:
        wanted.append((resource.RLIMIT_AS, idle + memory + limits.memory_slack))
    for name, value in wanted:
        resource.setrlimit(name, (value, value))
    return idle


def main() -> None:
    """Take the descriptors, set the limits, and run."""
    request, output, errors, report = map(int, sys.argv[1].split(","))
    setup.take_descriptors(request, output, errors, report)
    zygote.prepare_interpreter()
    idle = _limit(int(sys.argv[2]))
    setup.clean_environment()
    ledger = reports.Ledger()
    streams.open_output(ledger)
    baseline = setup.measure(idle)
    reports.send(f"ready {json.dumps(vars(baseline))}")
    harness.serve(ledger)


if __name__ == "__main__":
    main()
