"""Teachers see the proposed tests that come from their students, and decide about each once."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person
from tests.integration.gateway.test_hand_ins import CODE, exercise, hand_in

PROPOSE = """
INSERT INTO proposed_tests (proposal_id, student_id, submission_id, exercise_id, bank_id, topic, title, kind,
                            source, expected, given, proposed_at)
VALUES ($1, $2, $3, $4, $5, 'functions', 'Double it', 'call', 'double(3)', '6', '5', now())
"""


@pytest.fixture
async def proposed(teacher: Person, sign_up: Callable[..., Person], db: asyncpg.Connection) -> str:
    made = teacher.http.post("/classes", json={"name": "Python 1"}).json()
    maya = sign_up()
    maya.http.post("/classes/join", json={"join_code": made["join_code"]})
    proposal_id = uuid4()
    task = await exercise(db, maya, bank=f"functions/{proposal_id}")
    submission_id = await hand_in(db, maya, task, 1.0)
    ids = (proposal_id, UUID(maya.id), UUID(submission_id), UUID(task))
    await db.execute(PROPOSE, *ids, f"functions/{proposal_id}")
    return str(proposal_id)


async def test_they_are_shown_with_the_program_and_what_it_gives(
    teacher: Person, sign_up: Callable[..., Person], proposed: str
) -> None:
    [one] = teacher.http.get("/proposed-tests", params={"status": "open"}).json()["items"]
    assert (one["code"], one["input"], one["expected"], one["given"]) == (CODE, "double(3)", "6", "5")
    assert teacher.http.get("/proposed-tests", params={"status": "accepted"}).json()["items"] == []
    assert sign_up("teacher").http.get("/proposed-tests").json()["items"] == []


async def test_the_effect_is_a_dry_run_with_the_test(
    teacher: Person, proposed: str, db: asyncpg.Connection
) -> None:
    answer = teacher.http.post(f"/proposed-tests/{proposed}/effect", params={"wait": 0})
    assert (answer.status_code, answer.json()["dry_run"]) == (202, True)
    regrade_id = answer.json()["regrade_id"]
    rows = await db.fetch("SELECT convert_from(data, 'UTF8') AS sent FROM outbox")
    [sent] = [one for one in map(json.loads, (row["sent"] for row in rows)) if proposed in one.values()]
    assert (sent["regrade_id"], sent["proposal_id"], sent["dry_run"]) == (regrade_id, proposed, True)


@pytest.mark.parametrize("accept", [True, False])
async def test_it_is_decided_once(
    teacher: Person,
    proposed: str,
    db: asyncpg.Connection,
    accept: bool,
) -> None:
    body = {"accept": accept, "reason": "As the task says."}
    answer = teacher.http.post(f"/proposed-tests/{proposed}/decision", json=body)
    assert answer.json()["status"] == ("accepted" if accept else "refused")
    again = teacher.http.post(f"/proposed-tests/{proposed}/decision", json={"accept": not accept})
    assert again.status_code == 409
    rows = await db.fetch("SELECT bank_id, source FROM accepted_tests WHERE test_id = $1", UUID(proposed))
    assert [tuple(row) for row in rows] == ([(f"functions/{proposed}", "double(3)")] if accept else [])
