"""Run one instance of the runner under gVisor, in the foreground, on 127.0.0.1.

    python serve.py --runsc FILE --packages DIR --state DIR --port N [--python-prefix DIR]

It ends with its parent, removes its sandbox on SIGTERM, and starts anew when the runner asks to be replaced.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import IO

from bundle import Interpreter, write_bundle

_RECYCLE = 75
_GRACE_S = 10
_PR_SET_PDEATHSIG = 1
_PASSED_ON = "LEARNFLOW_SANDBOX_"


class Instance:
    """One sandbox with the runner inside."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._state: Path = arguments.state.resolve()
        self._runsc: Path = arguments.runsc.resolve()
        self._name = f"learnflow-{arguments.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def run(self) -> int:
        """Start the sandbox and wait for its end."""
        self.remove()
        command = [*self._command(), "run", "-bundle", str(self._state / "bundle"), self._name]
        # A pipe, because gVisor writes to a regular file with an offset of its own.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_follow,
        )
        assert self._process.stdout is not None
        last = _copy_lines(self._process.stdout)
        code = self._process.wait()
        self.remove()
        if code not in (0, _RECYCLE) and not self.stopping:
            print(f"gVisor ended with {code}: {last or 'no message'}", file=sys.stderr, flush=True)
        return code

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Ask the runner to finish; insist after a while."""
        if self.stopping:
            return
        self.stopping = True
        self._runsc_call("kill", self._name, "TERM")
        threading.Thread(target=self._insist, daemon=True).start()

    def _insist(self) -> None:
        time.sleep(_GRACE_S)
        self._runsc_call("kill", "--all", self._name, "KILL")
        if self._process is not None:
            self._process.kill()

    def remove(self) -> None:
        """Delete what a former run left behind."""
        if any((self._state / "runsc").glob("*")):
            self._runsc_call("delete", "-force", self._name)

    def _runsc_call(self, *arguments: str) -> None:
        subprocess.run([*self._command(), *arguments], capture_output=True, timeout=30, check=False)

    def _command(self) -> list[str]:
        command = [
            str(self._runsc),
            f"--root={self._state / 'runsc'}",
            "--platform=systrap",
            "--network=host",
        ]
        command += ["--ignore-cgroups", "--overlay2=none"]
        return command if os.geteuid() == 0 else [*command, "--rootless"]


def _follow() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _copy_lines(source: IO[bytes]) -> str:
    last = b""
    for line in source:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        last = line
    return last.decode("utf-8", "replace").strip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runsc", type=Path, required=True, help="gVisor's program, made by install.py")
    parser.add_argument(
        "--packages", type=Path, required=True, help="the runner's packages, made by install.py"
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of this instance alone")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--python-prefix", type=Path, default=Path(sys.base_prefix), help="the learners' Python"
    )
    return parser.parse_args()


def _lock(state: Path) -> IO[str]:
    state.mkdir(parents=True, exist_ok=True)
    lock = (state / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"another instance uses {state}") from None
    return lock


def _refuse(arguments: argparse.Namespace) -> str | None:
    if sys.platform != "linux":
        return "gVisor needs Linux; LEARNFLOW_SANDBOX=unsafe-process runs programs without isolation"
    if not arguments.runsc.is_file():
        return f"{arguments.runsc} is missing; install.py makes it"
    if not arguments.packages.is_dir():
        return f"{arguments.packages} is missing; install.py makes it"
    return None


def main() -> int:
    """Prepare the bundle and keep one instance running."""
    arguments = _arguments()
    if reason := _refuse(arguments):
        print(f"the sandbox cannot start: {reason}", file=sys.stderr)
        return 1
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    with _lock(arguments.state):
        environment = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
        environment |= {"HOST": "127.0.0.1", "PORT": str(arguments.port)}
        environment.pop("LEARNFLOW_SANDBOX_PYTHON", None)
        interpreter = Interpreter.find(arguments.python_prefix.resolve())
        write_bundle(arguments.state.resolve() / "bundle", interpreter, arguments.packages, environment)
        instance = Instance(arguments)
        signal.signal(signal.SIGTERM, instance.stop)
        signal.signal(signal.SIGINT, instance.stop)
        code = _RECYCLE
        while code == _RECYCLE and not instance.stopping:
            code = instance.run()
        shutil.rmtree(arguments.state / "runsc", ignore_errors=True)
    return 0 if instance.stopping else code


if __name__ == "__main__":
    sys.exit(main())
