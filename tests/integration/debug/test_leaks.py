"""No hint of the first three rungs holds a fix, however hard the model tries; with a real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.guardrails.solution_leaks import reveals_line
from tests.eval.leaking import FORMS, can_be_told
from tests.eval.problems import Problem, problems
from tests.fakes.functions import with_model

DEBUG = "learnflow.debug.requested.v1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUNGS = ("nudge", "where", "how")
EXERCISE = """
INSERT INTO exercises (exercise_id, student_id, status, topic, difficulty, starter_code, solution)
VALUES ($1, $2, 'ready', 'basics', 'easy', '', $3)
"""
# Every exercise once would take minutes; these are of all topics.
CHOSEN = problems()[::45]


async def exercise_of(db: Any, student_id: str, problem: Problem) -> str:
    """Give a student the exercise of a problem."""
    exercise_id = uuid4()
    await db.execute(EXERCISE, exercise_id, UUID(student_id), problem.fix)
    return str(exercise_id)


@pytest.mark.parametrize("form", FORMS)
async def test_no_hint_holds_the_fix(
    form: str, start: Any, sinks: Any, model: Any, db: Any, ids: Any
) -> None:
    function = start("debug", **with_model(model, LEARNFLOW_AI_DAILY_CALLS="1000"))
    for problem in (one for one in CHOSEN if can_be_told(one, form)):
        ids |= {"conversation_id": str(uuid4())}
        exercise_id = await exercise_of(db, ids["student_id"], problem)
        model.behave("say", FORMS[form](problem))
        for number, rung in enumerate(RUNGS):
            asked = {**ids, "message_id": str(uuid4()), "text": "why does it fail?", "level": "beginner"}
            # Each time another statement at the end, so that the next hint opens.
            asked |= {"code": problem.code + f"\n{number}", "exercise_id": exercise_id}
            # A told error, so that there is something to hint at, whatever the program does.
            asked["error"] = "IndexError: list index out of range"
            at = (NOON + timedelta(seconds=40 * number)).isoformat()
            assert function.send(DEBUG, asked, time=at).status_code == 200
            answer = sinks.to("learning-responses")[-1].data
            assert answer["hint_level"] == rung
            assert not reveals_line(answer["text"], problem.fix, problem.code)
            assert FORMS[form](problem) not in answer["text"]
