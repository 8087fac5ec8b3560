"""The same error with other names and numbers has the same fingerprint; another error has another."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.diagnosis.fingerprints import TYPES, WORDS, fingerprint, masked, trouble_of
from tests.support.texts import texts

NAMES = st.from_regex(r"[a-z][a-z_0-9]{0,12}", fullmatch=True, alphabet=st.characters(codec="ascii"))
NUMBERS = st.integers(0, 10**6)
TEMPLATES = {
    "NameError": "name '{name}' is not defined",
    "AttributeError": "'{other}' object has no attribute '{name}'",
    "TypeError": "{name}() missing {number} required positional arguments: '{name}' and '{other}'",
    "ValueError": "invalid literal for int() with base 10: '{name}'",
    "UnboundLocalError": "cannot access local variable '{name}' where it is not associated with a value",
    "KeyError": "'{name}'",
}


@given(st.sampled_from(sorted(TEMPLATES)), NAMES, NAMES, NUMBERS, NAMES, NAMES, NUMBERS)
def test_names_and_numbers_do_not_matter(kind: str, a: str, b: str, n: int, c: str, d: str, m: int) -> None:
    assume(not {a, b, c, d} & (TYPES | WORDS | {"len", "max", "min", "range"}))
    template = TEMPLATES[kind]
    one = fingerprint(kind, template.format(name=a, other=b, number=n), "loops")
    assert one == fingerprint(kind, template.format(name=c, other=d, number=m), "loops")


@given(texts(max_size=400), st.sampled_from(["NameError", "TypeError", "KeyError"]))
def test_masking_twice_changes_nothing_more(message: str, kind: str) -> None:
    once = masked(kind, message)
    assert masked(kind, once) == once


@given(texts(max_size=6000), texts(max_size=300))
def test_a_fingerprint_fits_its_field(message: str, place: str) -> None:
    assert len(fingerprint("TypeError", message, place)) <= 400


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("TypeError", 'can only concatenate str (not "int") to str'),
            ("TypeError", "'int' object is not callable"),
        ),
        (("TypeError", "'int' object is not iterable"), ("TypeError", "'NoneType' object is not iterable")),
        (("NameError", "name 'x' is not defined"), ("UnboundLocalError", "name 'x' is not defined")),
    ],
)
def test_different_faults_stay_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert fingerprint(*one, "basics") != fingerprint(*other, "basics")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("NameError", "name '{}' is not defined"),
        ("NameError", "name '{}' is not defined. Did you mean: 'print'?"),
        ("AttributeError", "'list' object has no attribute '{}'"),
        ("ModuleNotFoundError", "No module named '{}'"),
    ],
)
def test_for_teachers_another_misspelt_name_is_another_error(kind: str, message: str) -> None:
    names = ["prnt", "pritn", "Print", "totl", "lenght", "inpt"]
    keys = [trouble_of(kind, message.format(name)) for name in names]
    assert len(set(keys)) == len(names)
    assert trouble_of(kind, message.format("prnt") + ". Did you forget to import 'x'?") == keys[0]


def test_for_teachers_other_numbers_are_the_same_error() -> None:
    texts = [f"invalid literal for int() with base 10: '{n}'" for n in ("3.5", "", "12a")]
    assert len({trouble_of("ValueError", text) for text in texts[::2]}) == 1


def test_the_same_error_in_another_exercise_is_another_one() -> None:
    assert fingerprint("KeyError", "'a'", "exercise-1") != fingerprint("KeyError", "'a'", "exercise-2")


def test_a_suggestion_does_not_matter() -> None:
    with_it = masked("NameError", "name 'totl' is not defined. Did you mean: 'total'?")
    assert with_it == masked("NameError", "name 'x' is not defined") == "name 'N' is not defined"
