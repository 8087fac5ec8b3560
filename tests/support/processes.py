"""Functions as real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.support import plain
from tests.support.eventually import until

ROOT = Path(__file__).parents[2]


class FunctionProcess:
    """One function, started as in its container."""

    def __init__(
        self, target: str, port: int, environ: Mapping[str, str], log: Path, root: Path = ROOT
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self._command = [sys.executable, "-m", "functions.runtime"]
        self._environ = {
            **os.environ,
            "PYTHONPATH": str(root),
            "FUNCTION_TARGET": target,
            "PORT": str(port),
            "HOST": "127.0.0.1",
            **environ,
        }
        self._root = root
        self.process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(self._command, env=self._environ, cwd=self._root, stdout=log, stderr=log)

    def restart(self) -> None:
        """Kill the process without warning and start it again."""
        self.kill()
        self.process = self._spawn()

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask the process to end and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def ready(self) -> bool:
        """Whether the function is ready."""
        return self.health("ready") == 200

    def health(self, probe: str) -> int:
        """The status of a probe; 0 when nothing listens."""
        try:
            return plain.get(f"{self.url}/health/{probe}", timeout=3).status_code
        except httpx.HTTPError:
            return 0

    def wait_ready(self) -> None:
        """Wait until the function is ready."""
        until(self.ready, lambda: f"not ready; log:\n{self.log.read_text()[-3000:]}", 60)

    def send(self, type_name: str, data: Any, **attributes: str) -> httpx.Response:
        """Deliver an event as a KafkaSource does; attributes override the usual ones."""
        body = {"content": data} if isinstance(data, bytes) else {"json": data}
        return plain.post(self.url, headers=self.headers(type_name, **attributes), timeout=40, **body)

    def headers(self, type_name: str, **attributes: str) -> dict[str, str]:
        """The headers of an event, as a KafkaSource writes them."""
        headers = {"ce-specversion": "1.0", "ce-id": str(uuid4()), "ce-source": "/learnflow/test"}
        headers |= {"ce-type": type_name, "content-type": "application/json", "prefer": "reply"}
        return headers | {f"ce-{name}": value for name, value in attributes.items()}
