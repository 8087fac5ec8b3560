"""Every command and code block of the texts does what it says, on the whole system."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from infra.local import client, javascript
from tests.support import plain
from tests.support.browser import Visitor, browser, chromium
from tests.support.docs import ROOT, Block, blocks
from tests.support.system import LocalSystem

RUN_S = 240
DEFAULT = "http://127.0.0.1:8080"
# Each file's blocks are one session of a shell, as a reader goes through them.
SESSIONS = {
    name: [block for block in blocks() if block.file == name and block.language == "sh" and not block.reason]
    for name in sorted({block.file for block in blocks()})
}
TYPES = javascript.CONSOLE / "node_modules"
OPTIONS: dict[str, Any] = {
    "strict": True,
    "noEmit": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2022",
    "lib": ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
    "types": [],
    "allowImportingTsExtensions": True,
    "exactOptionalPropertyTypes": True,
    "noUncheckedIndexedAccess": True,
    "paths": {"openapi-fetch": [str(TYPES / "openapi-fetch")]},
}

pytestmark = pytest.mark.timeout(2 * RUN_S)


def block(file: str, language: str) -> Block:
    return next(block for block in blocks(ROOT / file) if block.language == language)


@pytest.mark.parametrize("file", [name for name, found in SESSIONS.items() if found])
def test_the_commands_of_a_text_work_in_the_order_in_which_they_stand(system: LocalSystem, file: str) -> None:
    # `./task up` is what the system of these tests is.
    lines = "".join(block.text for block in SESSIONS[file]).splitlines()
    script = "\n".join(line for line in lines if not line.startswith("./task up"))
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{script}"],
        cwd=ROOT,
        env={**os.environ, "LEARNFLOW_HOME": str(system.home.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "urn:learnflow:problem" not in done.stdout, done.stdout


@pytest.mark.skipif(
    not javascript.ready() or javascript.node() is None, reason="no Node.js here: ./task setup gets one"
)
def test_the_typescript_client_fits_its_example_and_works(system: LocalSystem, tmp_path: Path) -> None:
    client.write(tmp_path)
    example = tmp_path / "example.ts"
    example.write_text(block("docs/api.md", "ts").text.replace(DEFAULT, system.url) + "export {}\n")
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": OPTIONS, "files": ["example.ts"]}))
    node = str(javascript.node())
    check = [node, str(TYPES / "typescript" / "bin" / "tsc"), "-p", str(config)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False, timeout=RUN_S)
    assert checked.returncode == 0, checked.stdout
    bundled = tmp_path / "example.mjs"
    esbuild = [node, str(TYPES / "esbuild" / "bin" / "esbuild"), str(example)]
    environ = {**os.environ, "NODE_PATH": str(TYPES)}
    options = ["--bundle", "--format=esm", "--log-level=error", f"--outfile={bundled}"]
    subprocess.run([*esbuild, *options], env=environ, check=True, timeout=RUN_S)
    ran = subprocess.run([node, str(bundled)], capture_output=True, text=True, check=False, timeout=RUN_S)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("keep these: true\nconcepts ")


@pytest.mark.skipif(chromium() is None, reason="no Chromium here")
def test_the_stream_can_be_heard_with_the_browsers_own_means(system: LocalSystem) -> None:
    """The example with EventSource, as it stands, in a page."""
    with browser() as context:
        visitor = Visitor(context, system.url)
        visitor.register("eventsource@example.com")
        access = visitor.page.evaluate("JSON.parse(sessionStorage.learnflow).access")
        given = f"const API = {system.url + '/api/v1'!r}, access = {access!r}"
        show = "const show = (event) => { window.shown = event.answer.agent }"
        visitor.page.evaluate(
            f"async () => {{ {given}; {show}\n{block('docs/api.md', 'js').text}\nawait listen() }}"
        )
        visitor.ask("What is a dictionary?")
        visitor.page.wait_for_function("window.shown === 'concepts'")
        expect(visitor.page.locator(".answer").first).to_be_visible()


def test_the_examples_of_errors_and_answers_are_real(system: LocalSystem) -> None:
    example = json.loads(block("docs/api.md", "json").text)
    with plain.client(base_url=f"{system.url}/api/v1", timeout=60) as http:
        body = {"email": "errors@example.com", "password": "a long passphrase", "display_name": "E"}
        token = http.post("/auth/register", json=body).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        assert http.post("/chat/messages", json={"text": " "}).json() == example
        program = {"code": "print('a')\n1 / 0"}
        answer = http.post("/executions", json=program).json()
    assert set(json.loads(block("docs/sandbox.md", "json").text)) == set(answer)
