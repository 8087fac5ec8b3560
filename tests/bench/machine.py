"""The machine that is measured on, and how quick it is at the moment."""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

LOOP = 2_000_000


def describe() -> dict[str, Any]:
    """Describe the machine and the hour."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "loop_ms": round(loop_ms(), 1),
    }


def sentence(about: dict[str, Any]) -> str:
    """Say it in a line."""
    return (
        f"{about['measured_at'].replace('T', ' ').replace('+00:00', ' UTC')}; {about['cores']} cores of "
        f"{about['processor']}, {about['memory_gib']} GiB, {about['system']}, Python {about['python']}; load "
        f"before it began {about['load']}; counting to two million took {about['loop_ms']} ms"
    )


def processor() -> str:
    """Name the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def loop_ms() -> float:
    """Time a fixed piece of work, the best of three: by it, runs on other machines can be compared."""
    taken = []
    for _ in range(3):
        before = time.perf_counter()
        for _ in range(LOOP):
            pass
        taken.append((time.perf_counter() - before) * 1000)
    return min(taken)
