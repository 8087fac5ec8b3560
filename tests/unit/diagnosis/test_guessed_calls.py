"""Functions are called with values that their parameters' names ask for."""

from __future__ import annotations

from functions.diagnosis.guessed_calls import guessed_calls


def test_each_function_is_called_and_private_ones_are_not() -> None:
    made = list(
        guessed_calls("def area(w, h):\n    return w\ndef _help(x):\n    pass\ndef up(word):\n    pass")
    )
    assert [calls[0].source for calls in made] == ["area(5, 2)", "up('apple')"]


def test_no_call_is_made_without_parameters_or_with_too_many() -> None:
    assert list(guessed_calls("def go():\n    pass\ndef far(a, b, c, d):\n    pass")) == []
