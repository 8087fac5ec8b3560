"""Who writes in another language is answered in it where the model can, and politely where it can't."""

from __future__ import annotations

import tomllib
from pathlib import Path
from uuid import UUID

import pytest

from functions.answers import answer
from functions.answers.answer import Answer
from functions.concepts.conversation import Context
from functions.concepts.explaining import Explainer
from functions.debug.hinting import HintRequest, worded
from functions.knowledge.explanations import Question
from functions.knowledge.languages import language_of
from functions.model.port import RequestContext, Tutor
from tests.fakes.obedient import NoBook, Obedient, Runs

ASKER = RequestContext(event_id="e", student_id=UUID(int=1))
EXAMPLE = "```python\nfor x in [7, 8]:\n    print(x)\n```"
LANGUAGES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
ASKED: dict[str, str] = {name: entry["asks"] for name, entry in LANGUAGES.items()}
TOLD: dict[str, str] = {
    name: f"{entry['before']}\n\n{{}}\n\n{entry['after']}" for name, entry in LANGUAGES.items()
}


async def explained(
    text: str, reply: str | None, *, secrets: tuple[tuple[str, str], ...] = ()
) -> tuple[Answer, Obedient]:
    async def say(_: str) -> None:
        pass

    model = Obedient(lambda _: reply or "")
    question = Question(text=text, topic="control-flow", level="beginner")
    tutor = Tutor(model if reply is not None else None, NoBook())
    return await Explainer(question, Context((), secrets), tutor, Runs()).explain(ASKER, say), model


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
    secrets = ((solution, "def ask(xs):\n    pass\n"),)
    for bad in (f"```python\n{solution}```", "Siehe https://evil.example/x", "lf-4b1d-canary"):
        made, _ = await explained(ASKED[name], TOLD[name].format(bad), secrets=secrets)
        assert (made.model, made.degraded) == ("grounded", True)


@pytest.mark.parametrize(
    "reply",
    [
        "Bananen sind gelb und die Affen essen sie im Urwald, wenn sie reif sind und gut schmecken.",
        "xkcd qwrt zzgh plmk " * 20,
    ],
)
async def test_nonsense_and_other_subjects_are_held_back_in_another_language(reply: str) -> None:
    made, _ = await explained(ASKED["German"], reply)
    assert made.degraded is True


async def test_another_language_is_no_way_around_the_language_of_english_questions() -> None:
    made, _ = await explained("What is a loop?", TOLD["German"].format(EXAMPLE))
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
    request = HintRequest(
        tier="nudge",
        grounded=(answer.hint("Look at the line in the loop."),),
        solutions=[code.replace("total = price", "total += price")],
        said="Warum ist das Ergebnis falsch? Ich verstehe es nicht.",
        code=code,
        error=None,
        level="beginner",
    )
    model = Obedient(lambda _: reply)
    made = await worded(request, Tutor(model, NoBook()), ASKER)
    assert made.degraded is degraded
    assert "warm German in short" in model.prompts[0].system
