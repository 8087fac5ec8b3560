"""Every variation of every exercise is read for slips of filling in: plurals, articles, doubled words."""

from __future__ import annotations

import re

import pytest

from functions.exercise.bank import BankExercise, load
from functions.exercise.instance import Instance, instantiate

EXERCISES = load().all()
SLIPS = {
    "a value that was not filled in": re.compile(r"\$\{?[a-z]"),
    "the same word twice": re.compile(r"\b([A-Za-z]{2,}) \1\b"),
    "a plural made by adding s": re.compile(r"\b\w*(?:[^aeiou\W]y|x|ch|sh|ss)s\b"),
    "one of many": re.compile(r"(?<![.\d])\b1 (?!is\b|was\b|has\b|asks\b)[a-z]{2,}s\b"),
    "a before a vowel": re.compile(r"\ba [\"'`]?(?!one\b|once\b|us[ea]|uni|eu)[aeiou]", re.IGNORECASE),
    "an before a consonant": re.compile(
        r"\ban [\"']?(?!hour|honest|f-string|x\b)[bcdfgjklmnpqrstvwyz]", re.IGNORECASE
    ),
    "two spaces inside of a line": re.compile(r"\S  +\S"),
    "a space before a comma": re.compile(r"[a-z] ,(?! !)"),
}
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def prose(instance: Instance) -> str:
    """What is read as English: code is left out, and its place is kept by a word without a vowel in front."""
    hints = "\n".join(test.hint or "" for test in instance.tests)
    names = "\n".join(test.name for test in instance.tests)
    return CODE.sub("`", "\n".join([instance.title, instance.instructions, hints, names]))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
def test_no_variation_has_a_slip_of_filling_in(exercise: BankExercise) -> None:
    for number in range(exercise.variations):
        text = prose(instantiate(exercise, number))
        found = {what: slip.search(text) for what, slip in SLIPS.items()}
        assert not [(what, hit.group()) for what, hit in found.items() if hit], f"variation {number}:\n{text}"


@pytest.mark.parametrize(
    "text", ["a pile of boxs", "the 1 things", "a apple", "an pear", "the the end", "in  two"]
)
def test_the_slips_that_were_found_are_seen(text: str) -> None:
    assert any(slip.search(text) for slip in SLIPS.values())


WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
COUNTED = re.compile(r"\b(two|three|four|five) names with\b")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.bank_id)
def test_lists_that_go_together_are_of_one_length(exercise: BankExercise) -> None:
    """What is `along` moves in step with the first list of `vary`, when it has the same length."""
    if not exercise.vary:
        return
    first = len(next(iter(exercise.vary.values())))
    words = {name for name, values in exercise.along.items() if len(values) == first}
    for number in range(exercise.variations):
        values = exercise.values(number)
        assert all(values[name] == exercise.along[name][number % first] for name in words)
        assert next(iter(exercise.vary.values()))[number % first] == values[next(iter(exercise.vary))]


def test_a_number_word_is_the_number_of_the_solution() -> None:
    for exercise in EXERCISES:
        for number in range(exercise.variations):
            instance = instantiate(exercise, number)
            if told := COUNTED.search(instance.instructions):
                assert f"[:{WORDS[told[1]]}]" in instance.solution
