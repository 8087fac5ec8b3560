"""What is asked for is found in many words, and what the library does not have is not served as if it had."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from functions.answers.answer import markdown
from functions.knowledge.explanations import Question, explain, plan
from functions.knowledge.interpreter import document
from functions.knowledge.languages import languages
from functions.knowledge.library import library
from functions.knowledge.search import SURE, search

ASKED = tomllib.loads(Path(__file__).with_name("search.toml").read_text(encoding="utf-8"))
LOOPS = ("loops", "for-loop", "while-loop")


def asked(text: str, concept: str | None = None) -> Question:
    return Question(text=text, topic="basics", level="beginner", concept=concept)


@pytest.mark.parametrize(("text", "wanted"), ASKED["answered"].items())
def test_a_question_in_other_words_finds_its_entry(text: str, wanted: list[str]) -> None:
    chosen = plan(asked(text))
    found = chosen.entry.id if chosen.entry else chosen.concepts[0].id if chosen.concepts else None
    assert found in wanted


@pytest.mark.parametrize("text", ASKED["nothing"])
def test_what_the_library_does_not_have_is_said_with_what_is_near(text: str) -> None:
    chosen = plan(asked(text))
    assert not chosen.answers
    said = markdown(explain(asked(text)))
    assert said.startswith("I have no entry on **")
    assert all(title in said for title in chosen.choices)


@pytest.mark.parametrize(
    "text", [f"{word} a list" for word in ("reverse", "reversing", "to reverse", "how to reverse")]
)
def test_a_recipe_is_found_without_the_word_how(text: str) -> None:
    chosen = plan(asked(text))
    assert chosen.entry is not None and chosen.entry.id == "reverse-list"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Was ist eine Schleife?", "de"),
        ("¿Qué es un bucle?", "es"),
        ("C'est quoi une boucle ?", "fr"),
        ("Что такое цикл?", "ru"),
        ("什么是循环", "zh"),
        ("ループとは何ですか", "ja"),
        ("O que é um laço?", "pt"),
        ("Cos'è un ciclo?", "it"),
        ("Co to jest pętla?", "pl"),
        ("Döngü nedir?", "tr"),
    ],
)
def test_a_question_in_another_language_finds_the_same_card(text: str, language: str) -> None:
    said = explain(asked(text))
    assert said[0].text == languages()[language].polite
    assert any(library().title(name) in said[1].text for name in LOOPS)


@pytest.mark.parametrize(
    ("text", "concept", "wanted"),
    [
        ("how do I add something to it", "dictionaries", "add-to-dict"),
        ("how do I remove something from it", "lists", "remove-from-list"),
        ("how do I loop over them", "dictionaries", "loop-dict"),
    ],
)
def test_a_question_that_points_back_is_read_with_what_the_talk_is_about(
    text: str, concept: str, wanted: str
) -> None:
    chosen = plan(asked(text, concept))
    assert chosen.entry is not None and chosen.entry.id == wanted


def test_where_the_library_has_nothing_the_interpreter_is_the_source_and_is_named() -> None:
    said = markdown(explain(asked("what does random.gauss do")))
    assert "Python's own documentation" in said and "random.gauss(" in said
    assert "`wave`" in markdown(explain(asked("what is the wave module")))


@pytest.mark.parametrize("name", ["os.getcwd", ".zfill", "wave", "str.casefold", "sqlite3", "sched"])
def test_the_interpreter_documents_what_is_its_own(name: str) -> None:
    told = document(name)
    assert told is not None and told.text


@pytest.mark.parametrize("name", ["frobnicate", "pygame", "os.system.nothing", "", "a b", "__import__('os')"])
def test_the_interpreter_is_silent_on_what_it_does_not_know(name: str) -> None:
    assert document(name) is None


def test_no_module_is_run_for_its_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    document("this")
    assert capsys.readouterr().out == ""


def test_the_scores_are_shares_and_fall() -> None:
    for text in (*ASKED["answered"], *ASKED["nothing"]):
        scores = [found.score for found in search(text)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_a_weak_match_says_what_it_was_taken_for() -> None:
    weak = [text for text in ASKED["answered"] if search(text) and search(text)[0].score < SURE]
    for text in weak:
        assert "I take your question to be about" in markdown(explain(asked(text)))


def test_signs_and_addresses_of_a_question_do_not_come_back() -> None:
    said = markdown(explain(asked("what is evil.example/x?y=<b> and zorglub")))
    assert "evil.example" not in said and "<b>" not in said
