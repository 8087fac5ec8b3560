"""Who writes in another language is answered in it where the model can, and politely where it can't."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from events.models import ConceptRequested, DebugRequested
from functions.answers import answer
from functions.answers.answer import Answer
from functions.concepts.conversation import Context
from functions.concepts.responding import Means, compose
from functions.debug.case import Case
from functions.debug.hinting import prompt
from functions.guardrails.exercises_at_hand import ExerciseAtHand
from functions.knowledge.explanations import Question
from functions.knowledge.languages import language_of
from functions.model.port import RequestContext, Tutor
from functions.telling.leaks import Secrets
from tests.fakes.obedient import NoBook, Obedient, Runs
from tests.fakes.telling import told_by

ASKER = RequestContext(event_id="e", student_id=UUID(int=1))
EXAMPLE = "```python\nfor x in [7, 8]:\n    print(x)\n```"
LANGUAGES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
ASKED: dict[str, str] = {name: entry["asks"] for name, entry in LANGUAGES.items()}
TOLD: dict[str, str] = {
    name: f"{entry['before']}\n\n{{}}\n\n{entry['after']}" for name, entry in LANGUAGES.items()
}


async def explained(
    text: str, reply: str | None, *, secrets: Secrets | None = None
) -> tuple[Answer, Obedient]:
    async def say(_: str) -> None:
        pass

    model = Obedient(lambda _: reply or "")
    tutor = Tutor(model if reply is not None else None, NoBook())
    question = Question(text=text, topic="control-flow", level="beginner")
    request = ConceptRequested(
        message_id=UUID(int=2),
        conversation_id=UUID(int=3),
        student_id=UUID(int=1),
        text=text,
        topic="control-flow",
        level="beginner",
        confidence=0.9,
    )

    async def understand() -> tuple[Question, Context]:
        return question, Context((), secrets or Secrets())

    means = Means(tutor, Runs(), ASKER, say, lambda _: UUID(int=4), datetime(2026, 1, 1, tzinfo=UTC))
    return (await compose(request, means, understand)).answer, model


@pytest.mark.parametrize("name", ASKED)
async def test_an_honest_answer_in_the_students_language_is_let_through(name: str) -> None:
    made, model = await explained(ASKED[name], TOLD[name].format(EXAMPLE))
    assert (made.model, made.degraded) == ("obedient", False)
    before, after = TOLD[name].split("\n\n{}\n\n")
    assert before in made.text and after in made.text and "for x in [7, 8]" in made.text
    assert f"warm {name} in short" in model.prompts[0].system
    language = language_of(ASKED[name])
    assert language is not None and language.polite not in made.text


@pytest.mark.parametrize("name", ASKED)
async def test_an_answer_in_english_is_let_through_as_well(name: str) -> None:
    english = "A loop repeats your lines for each of the items in a list. It stops when there are none left."
    made, _ = await explained(ASKED[name], english)
    assert made.degraded is False


@pytest.mark.parametrize("name", ASKED)
async def test_without_a_model_a_polite_sentence_comes_before_the_english_explanation(name: str) -> None:
    made, _ = await explained(ASKED[name], None)
    language = language_of(ASKED[name])
    assert language is not None and language.name == name
    assert made.text.startswith(language.polite)
    assert "loop" in made.text


@pytest.mark.parametrize("name", ASKED)
async def test_what_must_not_be_said_must_not_be_said_in_any_language(name: str) -> None:
    solution = "def ask(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n"
    at_hand = ExerciseAtHand(UUID(int=9), "def ask(xs):\n    pass\n", solution)
    for bad in (f"```python\n{solution}```", "lf-4b1d-canary"):
        made, _ = await explained(ASKED[name], TOLD[name].format(bad), secrets=Secrets(exercises=[at_hand]))
        assert made.degraded is True
        assert bad not in made.text
    made, _ = await explained(ASKED[name], TOLD[name].format("Siehe https://evil.example/x"))
    assert "https" not in made.text and "`evil.example`" in made.text


async def test_nonsense_is_held_back_in_another_language() -> None:
    made, _ = await explained(ASKED["German"], "xkcd qwrt zzgh plmk " * 20)
    assert made.degraded is True


@pytest.mark.parametrize(
    ("reply", "degraded"),
    [
        ("Schau dir die Zeile in der Schleife an: was passiert mit dem Wert, der vorher da war?", False),
        ("Schreib in die Schleife `total += price`, und dann ist es richtig und läuft.", True),
        ("Schreib in die Schleife:\n```python\ntotal += price\n```\nund dann ist es richtig.", True),
    ],
)
async def test_a_hint_comes_in_the_students_language_and_never_with_the_solution(
    reply: str, degraded: bool
) -> None:
    code = "total = 0\nfor price in prices:\n    total = price\nprint(total)\n"
    request = DebugRequested(
        message_id=UUID(int=2),
        conversation_id=UUID(int=3),
        student_id=UUID(int=1),
        text="Warum ist das Ergebnis falsch? Ich verstehe es nicht.",
        code=code,
        level="beginner",
    )
    secrets = Secrets(lines=[code.replace("total = price", "total += price")], code=code)
    grounded = (answer.hint("Look at the line in the loop."),)
    asked = prompt(request, Case(None, None, grounded, code=code))
    made = await told_by(reply, secrets=secrets, prompt=asked, grounded=grounded)
    assert made.told.answer.degraded is degraded
    assert "total += price" not in made.text + made.seen
    assert "warm German in short" in made.prompts[0].system
