"""The program of a message is found among its words, with its broken lines, wherever the student put it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.triage.reading import Reading, read
from functions.triage.training import query
from tests.support.prose import BEFORE, WAYS, programs, written

SHARE = 0.98


def read_text(text: str) -> Reading:
    return read(query(text))


def lines_of(code: str | None) -> list[str]:
    return [line.rstrip() for line in (code or "").strip("\n").splitlines()]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_programs_with_a_fault_are_found_in_messages_line_by_line(seed: int, dice: random.Random) -> None:
    messages = dice.sample(list(written(seed)), 150)
    exact = [lines_of(read_text(one.text).code) == lines_of(one.program) for one in messages]
    whole = [one.broken is None or one.broken.strip() in (read_text(one.text).code or "") for one in messages]
    assert sum(whole) >= SHARE * len(whole)
    assert sum(exact) >= SHARE * len(exact)


@given(st.sampled_from(programs()), st.sampled_from(sorted(WAYS)), st.randoms(use_true_random=False))
def test_a_right_program_is_found_however_it_is_sent(program: str, way: str, dice: random.Random) -> None:
    assert lines_of(read_text(WAYS[way](program, dice)).code) == lines_of(program)


@pytest.mark.parametrize("before", BEFORE)
def test_what_is_said_around_a_program_is_kept(before: str) -> None:
    reading = read_text(f"{before}\ntotal = 0\nfor n in [1, 2]\n    total += n\nprint(total)")
    assert lines_of(reading.code)[1] == "for n in [1, 2]"
    assert reading.words and "total" not in reading.words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nothing happens:\nprnt('ok)", "prnt('ok)"),
        ("count = 3\ncount = count +\nit says invalid syntax", "count = 3\ncount = count +"),
        ("is this ok?\nage = 3\nif age => 18:\n    print('yes')", "age = 3\nif age => 18:\n    print('yes')"),
        ("so my code is: while n > 0\n    n = n - 1\nand it fails", "while n > 0\n    n = n - 1"),
        ("$ python main.py\nx = [1, 2\nprint(x)", "x = [1, 2\nprint(x)"),
        ("Look\n~~~python\nif x = 1\n~~~", "if x = 1"),
    ],
)
def test_a_broken_line_is_code_too(text: str, code: str) -> None:
    assert lines_of(read_text(text).code) == lines_of(code)


@pytest.mark.parametrize(
    ("text", "inline"),
    [
        ("what is wrong with pront(name)", "pront(name)"),
        ('why does len("abc) not work', 'len("abc)'),
        ("I typed x = 3 + and python complains", "x = 3"),
        ("what does `total =+ 1` do", "total =+ 1"),
        ("does print() always make a new line", None),
        ("why do I get an error (a strange one)", None),
    ],
)
def test_code_among_the_words_of_a_sentence_is_found(text: str, inline: str | None) -> None:
    reading = read_text(text)
    assert (reading.code, reading.inline) == (None, inline)


@pytest.mark.parametrize(
    "text",
    [
        "for loops in python",
        "if I do this it works, else it does not",
        "with what do I begin?\nreturn values are hard\nimport is hard too",
        "1. ask for a name\n2. print a greeting\n3. stop",
        "from what I know: lists are ordered\nclass is over",
        "while we are at it: what is a tuple?",
        "Was bedeutet das: eine Liste?",
    ],
)
def test_sentences_are_no_code(text: str) -> None:
    assert read_text(text).code is None


def test_a_program_with_line_numbers_keeps_them() -> None:
    reading = read_text("error in line 8\n7  def half(n):\n8      retrun n / 2\n9  print(half(3))")
    assert reading.code is not None
    assert reading.code.splitlines()[7] == "    retrun n / 2"


def test_a_traceback_beside_its_program_is_no_line_of_it() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 2, in <module>\n    print(y)\n'
    trace += "NameError: name 'y' is not defined"
    for text in (
        f"x = 1\nprint(y)\n{trace}",
        f"{trace}\n\nx = 1\nprint(y)",
        f"```\nx = 1\nprint(y)\n{trace}\n```",
    ):
        reading = read_text(text)
        assert (reading.code, reading.parsed and reading.parsed.line) == ("x = 1\nprint(y)", 2)
        assert reading.error is not None


def test_tabs_and_blank_lines_of_a_program_stay() -> None:
    code = "def f(x):\n\ty = 1\n\n        return y"
    assert read_text(f"why?\n{code}\nthanks").code == code
