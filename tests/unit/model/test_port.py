"""Every answer says whether a configured model had a part in it, and why not."""

from __future__ import annotations

from uuid import UUID

import pytest

from events.models import DebugRequested
from functions.answers import answer
from functions.answers.response import response
from functions.model.errors import GuardFailed, ModelFailed, ModelRefused, ReplyCut, ThoughtAloud
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from tests.fakes.obedient import NoBook, Obedient

ASKER = RequestContext(event_id="e", student_id=UUID(int=1))
PARTS = (answer.text("Which line is it?"),)
PROMPT = Prompt(purpose="hint", system="s", user="u", max_tokens=9)


def any_word(_: str) -> None:
    """Let every reply pass."""


@pytest.mark.parametrize(
    ("error", "late"),
    [
        (GuardFailed("shows line 3 of the solution"), False),
        (ModelRefused("I must not say secret"), False),
        (ReplyCut("secret"), True),
        (ThoughtAloud("secret"), False),
        (ModelFailed("secret"), True),
    ],
)
async def test_a_reply_that_fails_says_why_without_a_word_of_it(error: ModelFailed, late: bool) -> None:
    def reply(_: Prompt) -> str:
        raise error

    told = await Tutor(Obedient(reply), NoBook()).complete(PROMPT, any_word, ASKER)
    assert (told.text, told.late) == (None, late)
    assert told.why == f"The AI model has no part in this answer: {error.why}."
    assert "solution" not in told.why
    assert "secret" not in told.why


async def test_a_model_that_replies_or_is_not_there_has_nothing_to_say_why() -> None:
    for model in (Obedient(lambda _: "A word."), None):
        assert (await Tutor(model, NoBook()).complete(PROMPT, any_word, ASKER)).why is None


async def test_a_model_that_rests_says_so() -> None:
    resting = Obedient(lambda _: "A word.")
    resting.ready = False
    told = await Tutor(resting, NoBook()).complete(PROMPT, any_word, ASKER)
    assert "rests after failures" in str(told.why)


def test_an_answer_of_rules_is_degraded_with_a_reason_where_a_model_is_configured() -> None:
    one = UUID(int=1)
    asked = DebugRequested(message_id=one, conversation_id=one, student_id=one, text="help", level="beginner")
    with_one = response(asked, "debug", Tutor(Obedient(lambda _: ""), NoBook()).by_rule(PARTS))
    without = response(asked, "debug", Tutor(None, NoBook()).by_rule(PARTS))
    assert (with_one.degraded, without.degraded, without.why) == (True, False, None)
    assert with_one.why == "The AI model has no part in this answer: rules alone decide it."
