"""What the classes of a student have not come to is explained, and said to be for later."""

from __future__ import annotations

import pytest

from functions.concepts.for_later import LATER, for_later, in_words
from functions.knowledge.library import library


@pytest.mark.parametrize("not_yet", [["recursion"], ["functions"], ["lambda", "recursion"]])
def test_a_concept_is_for_later_by_its_own_name_or_its_topic(not_yet: list[str]) -> None:
    assert library().concepts["recursion"].topic == "functions"
    assert [part.text for part in for_later("recursion", not_yet)] == [LATER]


@pytest.mark.parametrize(("concept", "not_yet"), [("recursion", []), ("recursion", ["oop"]), (None, ["oop"])])
def test_what_was_taught_is_explained_as_ever(concept: str | None, not_yet: list[str]) -> None:
    assert for_later(concept, not_yet) == ()


def test_a_model_is_told_the_rules_in_words() -> None:
    assert in_words(["lambda", "oop"], ["we say list, not array"]) == (
        "Not taught yet, so said in other words or said to be for later: lambda, oop",
        "we say list, not array",
    )
    assert in_words([], []) == ()
