"""A task that a student hands over: its first step and a question, and why there is no finished program."""

from __future__ import annotations

import re

from events.models import Part
from functions.answers import answer

WHY = (
    "I won't write the whole program for you: it is the writing that makes you better, and in the test I'm "
    "not there. But we can get there together, one step at a time, and I check each step."
)
# The first that fits, from what decides the shape of a program to what most tasks have: a task with a class
# speaks of lists and numbers, too.
STEPS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"\b(?:class|object|inherit\w*|attributes?)\b"),
        "**First step:** write `class`, a name, and an `__init__` that stores what one such thing has to "
        "know. Make one object and print one of its attributes.",
        "What does one of these things have to know, and what should it be able to do?",
    ),
    (
        re.compile(r"\b(?:file|csv|json|\w+\.txt)\b"),
        "**First step:** open the file with `with open(...)` and print its first line, nothing else. "
        "Then you see what each line looks like.",
        "What does one line of the file look like, and which part of it do you need?",
    ),
    (
        re.compile(r"\b(?:function|def|parameters?|returns?)\b"),
        "**First step:** write only the line with `def`, its name and its parameters, and let it return a "
        "fixed value. Call it once and print what comes back.",
        "Take one example by hand: what goes in, and what should come out?",
    ),
    (
        re.compile(r"\b(?:asks?|enters?|inputs?|types?|reads?|user|keyboard)\b"),
        "**First step:** get the input. Write one line that asks for the first value with `input()`, "
        "turn it into a number if it is one, and print it, to see that it arrived.",
        "How would you do the rest by hand, on paper, with three values that you make up?",
    ),
    (
        re.compile(r"\b(?:list|numbers|words|names|items|values|array|dictionary|strings?)\b"),
        "**First step:** put three example values into a variable at the top of the program and print it. "
        "With fixed values you can try the rest without typing anything in.",
        "What would you do with the first value, and what with each one after it?",
    ),
)
ANY_STEP = (
    "**First step:** write down one example: what goes into the program, and what exactly it should print. "
    "Then write the one line that prints it for this example.",
    "What is your example?",
)


def first_step(said: str) -> tuple[Part, ...]:
    """Give the first step of a task, by what it speaks of, with a question back."""
    told = said.lower()
    step, question = next(((step, back) for pattern, step, back in STEPS if pattern.search(told)), ANY_STEP)
    return (
        answer.text(WHY),
        answer.hint(step),
        answer.onward(f"{question} Send me what you have, and I say what comes next."),
    )
