"""A word one slip away from one that triage knows is read as that word; all else stays as it is."""

from __future__ import annotations

import pytest

from functions.triage.classifier import classify
from functions.triage.spelling import MAX_LENGTH, known_words, mended
from functions.triage.training import query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what is a dictonary", "what is a dictionary"),
        ("give me an excercise", "give me an exercise"),
        ("my fucntion retuns nothing", "my function returns nothing"),
        ("show my progres plese", "show my progress please"),
        ("my Varible is wrong", "my variable is wrong"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "why does lst.apend fail",
        "what does prnt( do",
        "my_dictonary is empty",
        "what is `fucntion` here",
        "h3llo wrold2",
        "teh cta",
        "a" * (MAX_LENGTH + 1),
        "",
    ],
)
def test_names_code_and_words_far_from_all_that_is_known_stay(text: str) -> None:
    assert mended(text) == text


def test_no_known_word_is_changed() -> None:
    text = " ".join(sorted(known_words()))
    assert mended(text) == text


def test_the_first_letter_is_taken_as_right() -> None:
    assert "loop" in known_words() and mended("xoop") == "xoop"


@pytest.mark.parametrize(
    ("text", "kind", "concept"),
    [
        ("waht is a dictonary", "concept", "dictionaries"),
        ("can i have an excercise on lists", "exercise", "lists"),
        ("my progam doesnt work", "debug", None),
        ("¿Qué es una lista?", "concept", "lists"),
    ],
)
def test_a_misspelt_message_is_understood(text: str, kind: str, concept: str | None) -> None:
    found = classify(query(text))
    assert (found.kind, found.concept) == (kind, concept)
