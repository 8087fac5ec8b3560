"""Other ways to run a learner's program: a plain interpreter, and one in bubblewrap's namespaces."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable

Run = Callable[[str], Awaitable[str]]
LIMIT_S = 5.0
SLOTS = 4
PYTHON = ("/usr/bin/python3", "-I", "-c")
WALLS = (
    *("--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
    *("--symlink", "usr/bin", "/bin", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"),
    *("--unshare-all", "--die-with-parent", "--new-session", "--clearenv"),
)


def found(slots: int = SLOTS) -> dict[str, Run]:
    """The peers that are installed on this machine; each takes `slots` programs at once."""
    peers = {"python3 -I": (), "bubblewrap + python3 -I": ("bwrap", *WALLS)}
    usable = {
        name: prefix
        for name, prefix in peers.items()
        if shutil.which(PYTHON[0]) and (not prefix or shutil.which(prefix[0]))
    }
    return {name: runner(prefix, slots) for name, prefix in usable.items()}


def runner(prefix: tuple[str, ...], places: int) -> Run:
    """Make a way to run a program; it gives a status in the sandbox's words."""
    slots = asyncio.Semaphore(places)

    async def run(code: str) -> str:
        async with slots:
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*prefix, *PYTHON, code, stdout=pipe, stderr=pipe)
            try:
                await asyncio.wait_for(process.communicate(), LIMIT_S)
            except TimeoutError:
                process.kill()
                await process.wait()
                return "timeout"
            return "error" if process.returncode else "ok"

    return run
