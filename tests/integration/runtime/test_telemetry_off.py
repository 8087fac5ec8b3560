"""Telemetry that nobody asked for costs nothing. (FastAPI itself imports OpenTelemetry's API.)"""

from __future__ import annotations

import subprocess
import sys

from tests.support.processes import ROOT

CODE = """
import sys
from functions.runtime.app import compose
from functions.runtime.launch import registration
from functions.runtime.settings import Settings
for target in ("gateway", "concepts"):
    environ = {
        "FUNCTION_TARGET": target, "DATABASE_URL": "postgresql://u:p@127.0.0.1:1/d",
        "LEARNFLOW_SINKS_URL": "http://127.0.0.1:1/learnflow", "SANDBOX_URL": "http://127.0.0.1:1",
        "LEARNFLOW_JWT_SECRET": "s" * 32,
    }
    compose(registration(Settings.read(environ)), environ)
heavy = ("prometheus_client", "opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.instrumentation",
         "google.protobuf")
print(*sorted(name for name in sys.modules if name.startswith(heavy)))
"""


def test_nothing_is_imported_when_it_is_off() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
