"""Who tells of harm is heard before all else; who speaks of programs is not taken for it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from functions.knowledge.languages import languages
from functions.triage import safety
from functions.triage.classifier import classify
from functions.triage.safeguarding import FILE, Safeguarding, humane_reply, raised
from functions.triage.safety import CONCERNS, concern_in
from functions.triage.training import query

HERE = Path(__file__).parent
NOBODY = UUID(int=0)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()[1:]


RAISED = [tuple(line.split("\t")) for line in lines("safety-raised.tsv")]
NOT_RAISED = lines("safety-not-raised.tsv")


LATER = [tuple(line.split("\t")) for line in lines("safety-raised-2.tsv")]
NOT_LATER = lines("safety-not-raised-2.tsv")


@pytest.mark.parametrize("text", [text for _, text in LATER])
def test_who_tells_of_harm_quietly_is_heard_by_the_roles_in_what_is_said(text: str) -> None:
    assert concern_in(text) is not None


@pytest.mark.parametrize("text", NOT_LATER)
def test_the_same_roles_in_games_families_and_programs_raise_nothing(text: str) -> None:
    assert concern_in(text) is None


def test_a_long_message_full_of_rare_words_is_read_in_linear_time() -> None:
    word = "my dad and he will send my hand to me in the night when i want "
    assert concern_in(word * 600 + "print") == concern_in(word * 6 + "print")


@pytest.mark.parametrize(("concern", "text"), RAISED)
def test_who_tells_of_harm_is_heard(concern: str, text: str) -> None:
    assert classify(query(text)).concern == concern


@pytest.mark.parametrize("text", NOT_RAISED)
def test_who_speaks_of_programs_raises_nothing(text: str) -> None:
    assert classify(query(text)).concern is None


def test_the_phrases_are_many_and_tell_of_every_concern_in_every_language() -> None:
    assert len(RAISED) >= 80 and len(NOT_RAISED) >= 80
    assert {concern for concern, _ in RAISED} == set(CONCERNS)
    assert safety.languages() == set(languages())


@pytest.mark.parametrize(
    "text", ["I WANT TO DIE!!!", "i want to diiiie", "i wanna k1ll  myself", "I want\nto die"]
)
def test_disguises_and_shouting_are_heard_too(text: str) -> None:
    assert concern_in(text) == "self_harm"


def test_harm_is_heard_beside_a_program_and_in_its_comments() -> None:
    code = "for i in range(3):\n    print(i)"
    assert classify(query("my dad hits me", code)).concern == "abuse"
    assert classify(query(f"why?\n{code}\ni want to die")).concern == "self_harm"
    assert classify(query("why?", f"{code}  # i want to kill myself")).concern == "self_harm"
    assert classify(query("help", "i think i want to kill myself")).concern == "self_harm"


@pytest.mark.parametrize(
    "text",
    [
        'print("I will kill you")\nwhy does this fail',
        'how do I display "i want to die" in red',
        "how do I write a program that prints i want to die",
        "```\nsay = 'kill yourself'\n```\nwhat is wrong",
    ],
)
def test_what_a_program_is_to_say_is_not_said_by_the_student(text: str) -> None:
    assert classify(query(text)).concern is None


def test_a_quotation_of_somebody_is_heard() -> None:
    assert concern_in('my friend wrote "I want to kill myself"') == "self_harm"


def test_the_answer_is_fixed_names_the_contact_and_is_in_the_language_of_the_student() -> None:
    school = Safeguarding(contact="Ms Reed, room 12")
    english = humane_reply(query("i want to die"), None, school)
    assert (english.kind, english.model, english.degraded) == ("safety", "rules", False)
    assert "Ms Reed, room 12" in english.text and "adult you trust" in english.text
    german = humane_reply(query("x"), languages()["de"], Safeguarding())
    assert "Notruf" in german.text and "{contact}" not in german.text


def test_every_language_has_words_of_its_own() -> None:
    texts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert set(texts) == {"en", *languages()}
    assert all("{contact}" in text and "findahelpline.com" in text for text in texts.values())


def test_the_school_decides_whether_an_alert_carries_the_words() -> None:
    asked = query("my  dad hits me")
    with_words = raised(asked, "abuse", None, Safeguarding(), NOON, lambda name: uuid5(NOBODY, name))
    without = raised(asked, "abuse", None, Safeguarding(words=False), NOON, lambda name: uuid5(NOBODY, name))
    assert (with_words.excerpt, without.excerpt) == ("my dad hits me", None)
    assert (with_words.severity, with_words.concern) == ("high", "abuse")


def test_the_settings_are_read() -> None:
    settings = {"LEARNFLOW_SAFETY_CONTACT": " Ms Reed ", "LEARNFLOW_SAFETY_WORDS": "off"}
    assert Safeguarding.read(settings) == Safeguarding("Ms Reed", words=False)
    assert Safeguarding.read({}) == Safeguarding("", words=True)
