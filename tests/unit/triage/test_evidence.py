"""Evidence goes before likelihood: what is shown is helped with, Python is never outside, doubt asks back."""

from __future__ import annotations

import itertools
import keyword
from uuid import UUID, uuid5

import pytest

from events.models import DebugRequested, ResponseProduced
from functions.runtime.testing import NOON
from functions.triage.choices import chosen, offered
from functions.triage.classifier import Intent, classify
from functions.triage.routing import Context, route
from functions.triage.training import query
from functions.triage.vocabulary import voice_of

NOBODY = UUID(int=0)
CONTEXT = Context(None, NOON, lambda name: uuid5(NOBODY, name))
TRACE = 'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    go(1)\n'
TRACE += "TypeError: go() takes 0 positional arguments but 1 was given"
PROGRAM = "def go():\n    return 4\ngo(1)"
BESIDE = [
    "hello",
    "hey there!",
    "thank you so much",
    "cheers",
    "good morning",
    "see here",
    "pls",
    "my sister's laptop shows this",
    "task 7 of the sheet",
    "in VS Code",
    "football practice is at 5 so please be quick",
    "puzzle 3",
    "Kannst du mir helfen?",
    "Hallo",
    "Danke!",
    "¿me ayudas?",
    "gracias",
    "salut",
    "merci d'avance",
    "aiuto",
    "obrigado",
    "pomocy",
    "yardım",  # noqa: RUF001  # Turkish has this letter
    "помогите",
    "допоможіть",
    "ساعدني",
    "मदद करो",
    "帮帮我",
    "助けて",
    "도와주세요",
]
PLAIN = ("debug", "review", "concept")


def understood(text: str, code: str | None = None, error: str | None = None) -> Intent:
    return classify(query(text, code, error))


@pytest.mark.parametrize("words", BESIDE)
def test_whoever_brings_an_error_is_helped_with_it_whatever_the_words(words: str) -> None:
    for one in (
        understood(words, None, TRACE),
        understood(words, PROGRAM, TRACE),
        understood(f"{words}\n```\n{TRACE}\n```"),
        understood(f"{words}\n{TRACE}"),
        understood(f"{words}\nTypeError: go() takes 0 positional arguments but 1 was given"),
    ):
        assert (one.kind, one.parsed_error and one.parsed_error.type) == ("debug", "TypeError")


@pytest.mark.parametrize("words", BESIDE)
def test_whoever_brings_a_program_is_neither_greeted_nor_refused_nor_given_an_exercise(words: str) -> None:
    for one in (
        understood(words, PROGRAM),
        understood(f"{words}\n{PROGRAM}"),
        understood(f"{words}\n```python\n{PROGRAM}\n```"),
    ):
        assert one.kind in PLAIN and one.code is not None


def test_an_exercise_wished_for_in_so_many_words_is_given_beside_a_program_that_is_right() -> None:
    assert understood("give me another exercise like this one", "print(1)").kind == "exercise"
    assert understood("exercise 12, page 40", "print(1)").kind == "debug"


@pytest.mark.parametrize(
    "word", sorted({*keyword.kwlist, "enumerate", "zip", "argparse", "StopIteration", "strip"})
)
def test_a_word_of_python_is_never_outside(word: str) -> None:
    for text in (
        f"what does {word} do",
        f"{word} please",
        f"i do not get {word} at all",
        f"tell me about {word}",
    ):
        assert understood(text).kind not in ("off_topic", "greeting")


@pytest.mark.parametrize(
    "text",
    [
        "what are abstract base classes",
        "what is a compiler",
        "linked lists",
        "quick sort",
        "what does -> mean in a def",
        "what is **kwargs",
        "why use a linter",
        "how do I read json",
        "what is a socket",
        "how do I round to three decimals",
        "what does /= do",
        "sort a list of words by length",
        "make a clock with tkinter",
        "how do I quit the interpreter",
    ],
)
def test_a_term_of_computing_is_explained(text: str) -> None:
    assert understood(text).kind == "concept"


@pytest.mark.parametrize(
    "text",
    [
        "who is the king of spain",
        "tell me a joke",
        "write an essay about the french revolution",
        "best pizza in town",
    ],
)
def test_another_subject_is_refused(text: str) -> None:
    intent = understood(text)
    answer = route(query(text), intent, CONTEXT)
    assert isinstance(answer, ResponseProduced)
    assert (intent.kind, answer.kind, answer.choices) == ("off_topic", "refusal", None)


@pytest.mark.parametrize("text", ["the blue one then", "what about the second", "hmm and that"])
def test_doubt_asks_back_with_readings_to_pick(text: str) -> None:
    answer = route(query(text), understood(text), CONTEXT)
    assert isinstance(answer, ResponseProduced) and answer.choices is not None
    assert (answer.kind, len(answer.choices)) == ("choice", 3)


def test_what_is_picked_is_kept_with_the_question() -> None:
    debug, concept, homework = offered("the blue one then")
    assert [chosen(choice.text) for choice in (debug, concept, homework)] == ["debug", "concept", "homework"]
    assert understood(debug.text).kind == "debug"
    assert understood(concept.text).kind == "concept"
    assert "the blue one then" in debug.text
    assert chosen("It is about my program") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello! My total comes out negative.", "debug"),
        ("Good evening, what is a generator?", "concept"),
        ("hi, can you give me an exercise on tuples", "exercise"),
        ("Dear teacher, how do I open a file? Thanks in advance", "concept"),
        ("hey how are you", "greeting"),
        ("thanks, bye!", "greeting"),
        ("I typed the wrong name", "debug"),
    ],
)
def test_a_greeting_beside_a_request_is_left_away(text: str, kind: str) -> None:
    assert understood(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Write a program that reads five words and prints the longest one.",
        "write me a function which returns the middle of three numbers",
        "please do my homework",
        "what is the answer to exercise 7",
        "Task 4: Write a class for a bank account with methods for paying in and out.",
    ],
)
def test_a_task_handed_over_gets_a_first_step_a_question_and_the_reason(text: str) -> None:
    answer = route(query(text), understood(text), CONTEXT)
    assert isinstance(answer, ResponseProduced)
    assert answer.kind == "hint"
    assert "First step" in answer.text and "?" in answer.text and "better" in answer.text
    assert "def " not in answer.text and "class Account" not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "how do I write a function that returns two values",
        "give me an exercise where I write a class",
        "explain how to write a program",
    ],
)
def test_who_asks_how_is_not_handing_over_a_task(text: str) -> None:
    assert understood(text).kind in ("concept", "exercise")


@pytest.mark.parametrize(
    "text",
    [
        "just give me the solution",
        "I want the complete solution now!!",
        "solution please",
        "show me the full answer key",
    ],
)
def test_a_wish_for_the_solution_goes_to_the_ladder(text: str) -> None:
    request = route(query(text), understood(text), CONTEXT)
    assert isinstance(request, DebugRequested) and request.wants_solution


@pytest.mark.parametrize(
    ("text", "stuck"),
    [
        ("i hate loops, i'm too stupid for this", True),
        ("i will never understand programming", True),
        ("im failing this course and i want to quit", True),
        ("Ich kapiere gar nichts, ich bin zu dumm", True),
        ("no entiendo nada", True),
        ("não entendo nada, desisto", True),
        ("我什么都不懂", True),
        ("python is boring", False),
        ("i'm bored", False),
    ],
)
def test_distress_about_learning_is_met_with_a_kind_word(text: str, stuck: bool) -> None:
    intent = understood(text)
    answer = route(query(text), intent, CONTEXT)
    assert isinstance(answer, ResponseProduced)
    assert (intent.kind, intent.stuck, intent.concern) == ("distress", stuck, None)
    assert answer.kind == "chat" and "?" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "i was stuck on this all weekend but now everything works",
        "How can my program print I am lost?",
        "a function that prints i give up",
        "I'm not bored, it is fun",
    ],
)
def test_what_is_over_or_only_printed_is_no_distress(text: str) -> None:
    intent = understood(text)
    assert (intent.stuck, intent.kind == "distress") == (False, False)


def test_no_word_of_python_alone_makes_a_message_of_another_subject_one_of_python() -> None:
    assert voice_of("is there a list of films with a break in it") != "python"
    assert {voice_of(word) for word in ("enumerate", "what is := for", "__init__")} == {"python"}


def test_every_pair_of_greeting_and_code_keeps_the_code() -> None:
    for words, end in itertools.product(("hi", "thanks"), ("", "\nthank you!")):
        assert understood(f"{words}\n{PROGRAM}{end}").code == PROGRAM


@pytest.mark.parametrize(
    "text",
    [
        "please explain the swap_cards function",
        "what is the role of the variable best_so_far",
        "why did you repeat the block three times in task 2",
        "task5: explain what happens in the draw part",
        "what do the aa and bb variables do",
        "what is drawBoard for?",
        "how did you find the shortest way",
        "what does line 14 do",
    ],
)
def test_a_question_about_a_program_that_is_not_shown_is_no_question_about_python(text: str) -> None:
    intent = understood(text)
    assert (intent.kind, intent.explains, intent.concept) == ("concept", True, None)


@pytest.mark.parametrize(
    "text",
    [
        "explain the print function",
        "what is the self parameter",
        "what does the strip() method do",
        "explain the difference between a function and a class",
        "how do I write a function called total",
        "the merge_all function gives me an error",
        "why does my next_level function not work",
        "what is a global variable",
    ],
)
def test_a_question_about_python_or_a_fault_is_no_question_about_a_hidden_program(text: str) -> None:
    assert not understood(text).explains
