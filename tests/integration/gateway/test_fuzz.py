"""Whatever is sent: no server error, and no answer that the API document does not tell of."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.api import fuzz
from tests.integration.gateway.conftest import Person, Start

EXAMPLES = int(os.environ.get("LEARNFLOW_FUZZ_EXAMPLES", "5"))
PHASES = os.environ.get("LEARNFLOW_FUZZ_PHASES", "examples,fuzzing")
SEED = int(os.environ.get("LEARNFLOW_FUZZ_SEED", "1"))
RATES = ("GENERAL", "CHAT", "EXECUTIONS", "WORK", "LOGIN", "ACCOUNT", "ADDRESS", "REGISTER", "EXPORT")


@pytest.mark.timeout(3600)
def test_no_call_ends_in_a_server_error(
    start_gateway: Start, sign_up: Callable[..., Person], tmp_path: Path
) -> None:
    rates = {f"LEARNFLOW_RATE_{name}": "1000000/60" for name in RATES}
    gateway = start_gateway(LEARNFLOW_STREAM_LIMIT_S="1", LEARNFLOW_ACCESS_TOKEN_S="7200", **rates)
    student, teacher = sign_up(url=gateway.url), sign_up("teacher", url=gateway.url)
    made = teacher.http.post("/classes", json={"name": "Fuzz"}).json()
    student.http.post("/classes/join", json={"join_code": made["join_code"]})
    ids = {
        **student.ask(),
        **student.http.post("/submissions", json={"code": "1"}).json(),
        **student.http.post("/exercises", json={"topic": "oop", "difficulty": "easy"}).json(),
        "quiz_id": student.http.post("/quizzes", json={"topic": "oop"}).json()["quiz_id"],
        "class_id": made["class_id"],
        "student_id": student.id,
    }
    url = f"{gateway.url}/api/v1"
    people = {"url": url, "tokens": [student.access, teacher.access], "ids": ids}
    found = fuzz(url, people, tmp_path, examples=EXAMPLES, seed=SEED, phases=PHASES)
    print(f"\n{found.cases} cases (seed {SEED})")
    assert found.code == 0, found.output
    assert found.cases > EXAMPLES * 10
