"""What gVisor tells about itself: whether it is there, and how much memory its kernel holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox_runner.settings import MIB

_GUEST = Path("/proc/meminfo")
_KERNEL = Path("/proc/sentry-meminfo")


@dataclass(frozen=True)
class Memory:
    """Memory in use, in bytes: by all processes and tmpfs together, and by gVisor's kernel."""

    guest: int = 0
    kernel: int = 0
    reserved: int = 0

    @property
    def used(self) -> int:
        """Give what both use now."""
        return self.guest + self.kernel

    @property
    def footprint(self) -> int:
        """Give what counts against a pod's limit; the kernel returns memory late."""
        return self.guest + self.reserved


def inside_gvisor() -> bool:
    """Tell whether this process runs on gVisor's kernel."""
    return _KERNEL.exists()


def read_memory() -> Memory:
    """Read both figures; all are zero without gVisor."""
    if not inside_gvisor():
        return Memory()
    kernel = _KERNEL.read_text()
    return Memory(
        guest=_figure(_GUEST.read_text(), "Active(anon)"),
        kernel=_figure(kernel, "HeapAlloc"),
        reserved=_figure(kernel, "HeapSys"),
    )


def _figure(text: str, name: str) -> int:
    match = re.search(rf"^{re.escape(name)}:?\s+(\d+)\s*(kB)?", text, re.MULTILINE)
    if not match:
        return 0
    return int(match[1]) * (1024 if match[2] else 1)


def kernel_time(pid: int) -> int:
    """Read how long a process was in the kernel, in ticks of 10 ms; 0 when it has ended."""
    return _time(pid, 12)


def program_time(pid: int) -> int:
    """Read how long a process has computed by itself, in ticks of 10 ms; 0 when it has ended."""
    return _time(pid, 11)


def _time(pid: int, field: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[field])


def count_resources() -> dict[str, int]:
    """Count this process's descriptors and all processes around it; empty without /proc."""
    if not _GUEST.exists():
        return {}
    processes = sum(path.name.isdigit() for path in Path("/proc").iterdir())
    return {"descriptors": len(list(Path("/proc/self/fd").iterdir())), "processes": processes}


def mebibytes(memory: int) -> int:
    """Express a size in MiB."""
    return memory // MIB
