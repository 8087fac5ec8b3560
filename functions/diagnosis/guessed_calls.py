"""Calls of a program's functions with made-up values, guessed from the names of their parameters.

Cost: a walk over the functions, at most four calls each. A call that fails may only have got the wrong
kind of value: what is told of it says that the values were made up.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from functions.analysis import source
from functions.grading.checks import Test

MAX_PARAMETERS = 3
NUMBERS, WORDS, WORD, NUMBER = "[3, 1, 2]", "['pear', 'fig', 'apple']", "'apple'", "4"
# Where many functions fail: a list that is in order already, an empty text, and zero.
ORDERED, EMPTY, ZERO = "[1, 2, 3, 4]", "''", "0"
LISTS = re.compile(r"(?:s|list|lst|items?|array|seq|data)\d*$|^l\d*$")
TEXTS = re.compile(r"word|text|name|str|char|letter|line|sentence|message|^s\d*$")


def guessed_calls(code: str) -> Iterator[list[Test]]:
    """Make calls of each function that can be called with values made up here."""
    for node in source.parse(code).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            made = list(_calls_of(node))
            if made:
                yield made


def _calls_of(node: ast.FunctionDef) -> Iterator[Test]:
    arguments = node.args
    needed = [one.arg for one in [*arguments.posonlyargs, *arguments.args]]
    needed = needed[: len(needed) - len(arguments.defaults)]
    if not needed or len(needed) > MAX_PARAMETERS or any(one is None for one in arguments.kw_defaults):
        return
    guesses = ([_value(name, number) for name in needed] for number in range(4))
    for values in dict.fromkeys(", ".join(_apart(guess)) for guess in guesses):
        call = f"{node.name}({values})"
        yield Test(name=call, kind="call", source=call)


def _value(name: str, choice: int) -> str:
    """Guess a value from a name; the first choice fits it best."""
    word = bool(TEXTS.search(name))
    if LISTS.search(name) and not (word and not name.endswith("s")):
        fits = [WORDS, NUMBERS, WORD, ORDERED] if word else [NUMBERS, WORDS, WORD, ORDERED]
    else:
        fits = [WORD, NUMBER, WORDS, EMPTY] if word else [NUMBER, WORD, NUMBERS, ZERO]
    return fits[choice]


def _apart(values: Sequence[str]) -> list[str]:
    """Give different numbers to different parameters."""
    numbers = iter(("5", "2", "3"))
    return [next(numbers) if value == NUMBER else value for value in values]
