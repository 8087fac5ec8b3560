"""What chaos happens to: a local system on a disk of its own, behind a proxy, with clocks of its own."""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from tests.chaos.launch import CLOCKS, FAKETIME, PROXY_PORT
from tests.chaos.model import Model
from tests.chaos.proxy import Wire
from tests.chaos.schedule import SKEWED
from tests.support.system import LocalSystem

SCRATCH_MIB = 1536
LIBRARY = "faketime/libfaketime.so.1"
PLACES = ("/usr/lib", "/usr/local/lib", *(str(path) for path in Path("/usr/lib").glob("*-linux-gnu")))


class ChaosSystem(LocalSystem):
    """A local system whose functions reach PostgreSQL through a proxy."""

    command: ClassVar[tuple[str, ...]] = ("tests.chaos.launch",)

    def __init__(self, folder: Path, wire: Wire, model: Model, **environ: str) -> None:
        self._clocks = folder.parent / "clocks"
        self._clocks.mkdir(exist_ok=True)
        for function in SKEWED:
            self.set_clock(function, 0)
        own = {PROXY_PORT: str(wire.port), CLOCKS: str(self._clocks), FAKETIME: faketime() or ""}
        instances = {"LEARNFLOW_INSTANCES": "gateway=2 sandbox-runner=2"}
        super().__init__(folder, **own, **instances, **model.environ, **environ)

    @property
    def database_url(self) -> str:
        """Address of PostgreSQL itself, past the proxy."""
        return self.exports["DATABASE_URL"]

    def set_clock(self, function: str, ahead_s: int) -> None:
        """Put the clock of a function forward, or back, from now on."""
        path = self._clocks / function
        part = path.with_suffix(".part")
        part.write_text(f"{ahead_s:+d}s\n")
        part.replace(path)


class Scratch:
    """A small disk that can be full."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no byte free for the length of a block."""
        try:
            self._fill()
            yield
        finally:
            self._ballast.unlink(missing_ok=True)

    def _fill(self) -> None:
        with self._ballast.open("wb") as file:
            for size in (1 << 24, 1 << 20, 1 << 12):
                with suppress(OSError):
                    while True:
                        here = file.seek(0, os.SEEK_END)
                        try:
                            os.posix_fallocate(file.fileno(), here, size)
                        except OSError as error:
                            if error.errno != errno.ENOSPC:
                                raise AssertionError(f"the disk cannot be filled: {error}") from error
                            raise


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch | None]:
    """Mount a small disk at a folder for the length of a block; None where this user may not."""
    folder.mkdir(parents=True)
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        yield None
        return
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SCRATCH_MIB}m", "chaos", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        yield Scratch(folder)
    finally:
        unmount(folder)


def unmount(folder: Path) -> None:
    """Take a file system away by the system call: not every PATH has the command beside `mount`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.umount2(os.fsencode(folder), 0) != 0:
        raise OSError(ctypes.get_errno(), f"{folder} cannot be unmounted")


def faketime() -> str | None:
    """Find the library that makes a clock wrong; None where it is not installed."""
    return next((str(path) for place in PLACES if (path := Path(place) / LIBRARY).exists()), None)
