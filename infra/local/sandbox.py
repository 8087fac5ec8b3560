"""How the runner of learners' programs is started here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.local import golang
from infra.local.errors import SetupError
from infra.local.paths import ROOT
from infra.local.process import Command
from infra.standin.plan import Instance

UNSAFE = "unsafe-process"


def sandbox_command(name: str, instance: Instance, log: Path, state: Path) -> Command:
    """Describe one instance: under gVisor, or without walls when that was asked for by name."""
    chosen = os.environ.get("LEARNFLOW_SANDBOX", "gvisor")
    if chosen == UNSAFE:
        environ = {
            **instance.environ,
            "LEARNFLOW_SANDBOX": UNSAFE,
            "PYTHONPATH": str(golang.SANDBOX / "src"),
            "HOST": "127.0.0.1",
        }
        return Command(name, (sys.executable, "-m", "sandbox_runner"), log, ROOT, environ, stop_limit_s=12)
    if not sys.platform.startswith("linux"):
        raise SetupError(
            "learners' programs run under gVisor, which needs Linux; "
            f"LEARNFLOW_SANDBOX={UNSAFE} runs them as plain processes, without any wall"
        )
    serve = golang.SANDBOX / "gvisor" / "serve.py"
    options = [f"--runsc={golang.RUNSC}", f"--packages={golang.RUNNER_PACKAGES}", f"--state={state}"]
    argv = (sys.executable, str(serve), *options, f"--port={instance.port}")
    return Command(name, argv, log, ROOT, instance.environ, stop_limit_s=12)
