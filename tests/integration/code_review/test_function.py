"""A review is kept, answered and recorded once; the same code always gets the same number."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.fakes.functions import with_model

SUBMITTED = "learnflow.code.submitted.v1"
POOR = "import os\nlist = [1, 2]\nfor i in range(len(list)):\n    if i == True: print(list[i])\nprint(list)\n"


def submission(code: str, **fields: str) -> dict[str, str]:
    return {"submission_id": str(uuid4()), "student_id": str(uuid4()), "code": code, **fields}


@pytest.fixture
def reviewer(start: Any) -> Any:
    return start("code_review")


async def test_a_review_is_kept_answered_and_recorded(reviewer: Any, sinks: Any, db: Any) -> None:
    sent = submission(POOR, message_id=str(uuid4()))
    assert reviewer.send(SUBMITTED, sent).status_code == 200
    [answer] = sinks.to("learning-responses")
    [activity] = sinks.to("progress-events")
    row = await db.fetchrow("SELECT * FROM reviews")
    assert str(row["submission_id"]) == answer.data["submission_id"] == sent["submission_id"]
    assert answer.data["message_id"] == sent["message_id"]
    assert (activity.data["kind"], activity.data["detail"]["quality"]) == (
        "code.reviewed",
        float(row["quality"]),
    )
    findings = json.loads(row["findings"])
    assert {"line", "rule", "severity", "message", "suggestion"} <= set(findings[0])
    assert {"A001", "F401", "E701"} <= {finding["rule"] for finding in findings}
    assert 0 < row["quality"] < 100


async def test_the_same_code_gets_the_same_number_at_every_level(reviewer: Any, db: Any) -> None:
    for level in ("beginner", "learning", "proficient", "mastered"):
        reviewer.send(SUBMITTED, submission(POOR, level=level))
    assert await db.fetchval("SELECT count(DISTINCT (quality, findings)) FROM reviews") == 1
    assert await db.fetchval("SELECT count(DISTINCT summary) FROM reviews") > 1


async def test_a_program_that_can_not_be_read_is_not_rated(reviewer: Any, sinks: Any, db: Any) -> None:
    reviewer.send(SUBMITTED, submission("for i in range(3)\n    print(i)"))
    row = await db.fetchrow("SELECT quality, rated, findings FROM reviews")
    assert (row["quality"], row["rated"]) == (0, False)
    assert json.loads(row["findings"])[0]["line"] == 1
    assert sinks.to("progress-events") == []


async def test_starter_lines_cost_nothing(reviewer: Any, db: Any) -> None:
    starter = "import os\nlist = [1, 2]\n"
    exercise = uuid4()
    await db.execute(
        "INSERT INTO exercises (exercise_id, student_id, topic, difficulty, starter_code) "
        "VALUES ($1, $1, 'oop', 'easy', $2)",
        exercise,
        starter,
    )
    reviewer.send(SUBMITTED, submission(starter + "print(list)\n", exercise_id=str(exercise)))
    assert await db.fetchval("SELECT quality FROM reviews") == 100


def test_a_model_words_the_summary_but_never_the_number(start: Any, sinks: Any, model: Any) -> None:
    reviewer = start("code_review", **with_model(model))
    model.behave(
        "say", "You wrote a program that runs, which is good. Look at the name of the list first of all."
    )
    reviewer.send(SUBMITTED, submission(POOR))
    model.behave("say", "You wrote a great program that runs. I would give it 99 of 100, and more.")
    reviewer.send(SUBMITTED, submission(POOR))
    first, second = (event.data for event in sinks.to("learning-responses"))
    assert (first["model"], first["degraded"]) == ("fake", False)
    assert (second["model"], second["degraded"]) == ("fake", False)
    assert "99 of 100" not in second["text"] and "of 100, and more" in second["text"]
    assert first["text"].startswith("You wrote a program that runs, which is good.")


def wide(assignments: int) -> str:
    """An ordinary program of many lines."""
    return "".join(f"n{number} = {number} + 1\n" for number in range(assignments))


async def test_a_program_that_takes_too_much_to_read_is_answered_once(
    start: Any, sinks: Any, db: Any
) -> None:
    """The limits are set very low here: an ordinary program of 20 kB meets them."""
    reviewer = start("code_review", LEARNFLOW_READER_MEMORY_MB="1")
    assert reviewer.send(SUBMITTED, submission(wide(1200))).status_code == 200
    assert reviewer.send(SUBMITTED, submission("print(1 + 1)\n")).status_code == 200
    first, second = (event.data["text"] for event in sinks.to("learning-responses"))
    assert "too large or too deeply nested" in first
    assert "too large" not in second
    assert await db.fetchval("SELECT max(attempts) FROM inbox") == 1
    assert await db.fetchval("SELECT count(*) FROM reviews WHERE NOT rated") >= 1
