"""Random calls of every route, made by schemathesis from the API document."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# The API ignores unknown fields, so that clients may be newer than it is: what schemathesis takes for invalid
# may be taken, and what its schema cannot express, such as a time zone, may be refused.
CONFIG = """
continue-on-failure = true
request-timeout = 60
[phases.coverage]
generate-duplicate-query-parameters = true
[checks]
# a student and a teacher call in turn: what one of them made is not there for the other
ensure_resource_availability.enabled = false
negative_data_rejection.enabled = false
positive_data_acceptance.enabled = false
[[operations]]
# each takes the second after which the stream of this gateway ends
include-path = "/api/v1/stream"
include-method = "GET"
phases.fuzzing.generation.max-examples = 10
# a call without the header that has a stream token in its query is signed in all the same
checks.ignored_auth.enabled = false
[[operations]]
# a refresh token in the body says enough
include-path = "/api/v1/auth/logout"
checks.ignored_auth.enabled = false
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a run came to."""

    code: int
    cases: int
    output: str


def fuzz(
    url: str, people: Mapping[str, Any], folder: Path, *, examples: int, seed: int, phases: str
) -> Found:
    """Call every route of the API at this address; `examples` per route in the fuzzing phase."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={config}",
        "run",
        f"{url}/openapi.json",
        f"--url={url.removesuffix('/api/v1')}",
        f"--phases={phases}",
        f"--max-examples={examples}",
        f"--seed={seed}",
        "--generation-database=none",
        "--no-color",
        "--report=ndjson",
        f"--report-ndjson-path={folder / 'events.ndjson'}",
    ]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(ROOT)}
    environ = {**os.environ, **hooks, "FUZZ_PEOPLE": json.dumps(people)}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    generated = re.search(r"([\d,]+) generated", done.stdout)
    cases = int(generated.group(1).replace(",", "")) if generated else 0
    return Found(done.returncode, cases, done.stdout[-20_000:] + done.stderr[-5_000:])
