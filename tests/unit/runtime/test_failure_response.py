"""Who waits for an answer is told when none will come; nobody else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from functions.runtime.catalog import by_model, by_name
from functions.runtime.failure_response import failure_response

EXAMPLES = Path(__file__).parents[3] / "events" / "examples"
WAITED_FOR = {
    "learnflow.query.submitted.v1": "message_id",
    "learnflow.concept.requested.v1": "message_id",
    "learnflow.debug.requested.v1": "message_id",
    "learnflow.progress.asked.v1": "message_id",
    "learnflow.code.submitted.v1": "submission_id",
    "learnflow.exercise.requested.v1": "exercise_id",
}


def example(name: str) -> object:
    return by_name()[name].decode(json.loads((EXAMPLES / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", WAITED_FOR)
def test_the_answer_names_what_was_asked(name: str) -> None:
    event = example(name)
    told = failure_response("exercise", event)
    assert told is not None
    assert told.status == "failed"
    field = WAITED_FOR[name]
    assert getattr(told, field) == getattr(event, field)
    by_model()[type(told)].encode(told)


@pytest.mark.parametrize("name", sorted({*by_name()} - {*WAITED_FOR, "learnflow.response.produced.v1"}))
def test_facts_need_no_answer(name: str) -> None:
    assert failure_response("exercise", example(name)) is None


def test_only_agents_answer() -> None:
    assert failure_response("delivery", example("learnflow.response.produced.v1")) is None
