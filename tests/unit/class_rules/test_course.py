"""Answers follow a course: nothing that was not taught yet in their code, and the course's own words."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import ConceptRequested, Part
from functions.answers import answer
from functions.answers.answer import Answer
from functions.answers.response import response
from functions.class_rules.constructs import used
from functions.class_rules.course import for_course, read
from functions.knowledge.library import library

PROGRAMS = {
    "recursion": "def down(n):\n    return n if n == 0 else down(n - 1)",
    "comprehensions": "print([n * n for n in range(3)])",
    "lambda": "print(sorted(names, key=lambda name: name[-1]))",
    "while-loop": "while True:\n    break",
    "sets": "print(set(names))",
    "nested-loops": "for a in x:\n    for b in y:\n        print(a, b)",
    "regular-expressions": "import re\nprint(re.findall('a', 'banana'))",
    "default-arguments": "def greet(name='you'):\n    print(name)",
    "yield": "def count():\n    yield 1",
    "enumerate": "for at, one in enumerate(names):\n    print(at, one)",
    "oop": "class Dog:\n    pass",
}
CARDS = [card.text for one in library().concepts.values() for card in one.cards.values()]
PARTS = st.lists(
    st.sampled_from([*PROGRAMS.values(), "print(1)"]).map(answer.code)
    | st.sampled_from(CARDS).map(answer.text)
    | st.just(answer.output("1")),
    max_size=6,
).map(tuple)


@pytest.mark.parametrize(("name", "program"), PROGRAMS.items())
def test_a_construct_is_found_in_a_program_that_needs_it_and_in_no_plain_one(name: str, program: str) -> None:
    assert used(program, {name}) == {name}
    assert used("# while lambda yield\nprint('set of class', 1 + 2)", {name}) == frozenset()


@given(parts=PARTS, not_yet=st.sets(st.sampled_from(sorted(PROGRAMS)), min_size=1))
def test_no_code_that_is_shown_needs_what_was_not_taught_and_the_answer_says_what_was_left_out(
    parts: tuple[Part, ...], not_yet: set[str]
) -> None:
    told = for_course(parts, not_yet=not_yet, wording=None)
    assert not any(used(part.text, not_yet) for part in told if part.kind == "code")
    lost = any(used(part.text, not_yet) for part in parts if part.kind == "code")
    assert not lost or "Later in your course" in told[-1].text


@given(parts=PARTS)
def test_without_rules_an_answer_stays_what_it_is(parts: tuple[Part, ...]) -> None:
    assert for_course(parts, not_yet=None, wording=None) == parts


def test_output_goes_with_the_code_that_prints_it() -> None:
    parts = (answer.text("Like this:"), answer.code(PROGRAMS["comprehensions"]), answer.output("[0, 1, 4]"))
    told = for_course(parts, not_yet=["comprehensions"], wording=None)
    assert [part.kind for part in told] == ["text", "next"]
    assert told[-1].text == "*Later in your course: Comprehensions. I've left out the code that needs it.*"


def test_what_the_student_uses_already_is_shown() -> None:
    parts = (answer.code(PROGRAMS["lambda"]),)
    assert for_course(parts, not_yet=["lambda"], wording=None, own=PROGRAMS["lambda"]) == parts


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("we say list, not array", "An array holds arrays.", "A list holds lists."),
        ("list, not array", "Make an `array` of an array.", "Make an `array` of a list."),
        ("say method instead of member function", "A member function runs.", "A method runs."),
        ("We write “argument”, not “parameter”", "Parameterless: a parameter", "Parameterless: an argument"),
        ("speak clearly", "An array", "An array"),
    ],
)
def test_prose_uses_the_words_of_the_course(line: str, before: str, after: str) -> None:
    assert for_course((answer.text(before),), not_yet=None, wording=[line])[0].text == after


def test_words_that_are_swapped_are_each_replaced_once() -> None:
    lines = ["say list, not array", "say array, not list"]
    assert for_course((answer.text("list array"),), not_yet=None, wording=lines)[0].text == "array list"


def test_code_and_output_keep_their_words() -> None:
    parts = (answer.code("array = 1"), answer.output("array"))
    assert for_course(parts, not_yet=None, wording=["list, not array"]) == parts


@given(st.text(max_size=100))
def test_any_wording_can_be_read(line: str) -> None:
    pair = read(line)
    assert pair is None or all(pair)


def test_the_event_of_an_answer_follows_the_rules_that_its_question_carries() -> None:
    asked = ConceptRequested(
        message_id=uuid4(),
        conversation_id=uuid4(),
        student_id=uuid4(),
        text="How do I square numbers?",
        topic="basics",
        level="beginner",
        confidence=1.0,
        not_yet=["comprehensions"],
        class_rules=["list, not array"],
    )
    said = Answer((answer.text("Fill an array."), answer.code(PROGRAMS["comprehensions"])))
    made = response(asked, "concepts", said)
    assert made.text.startswith("Fill a list.\n\n*Later in your course: Comprehensions.")
    assert [part.kind for part in made.parts] == ["text", "next"]
