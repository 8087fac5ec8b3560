"""Whatever stands where a program belongs, it is read or told to be no program: no agent stumbles over it."""

from __future__ import annotations

import time

import pytest

from events.models import ParsedError
from functions.analysis import source
from functions.code_review.correctness import examples_in, examples_told
from functions.code_review.structure import inspect
from functions.diagnosis.causes import of_contrast, of_error, of_silence, unreadable
from functions.diagnosis.wrong_results import Mismatch
from functions.guardrails.exercises_at_hand import defined
from functions.guardrails.solution_leaks import reveals_line
from functions.knowledge.code_topics import topic_of_code
from functions.knowledge.library import TOPICS
from functions.triage.classifier import classify
from functions.triage.training import query

HOSTILE = {
    "signs": "~" * 8000 + "x",
    "signs within Python's own limit": "-" * 1500 + "x",
    "sum": "x = " + "1+" * 3900 + "1",
    "sum within Python's own limit": "x = " + "a+" * 900 + "a",
    "attributes": "a" + ".b" * 3900,
    "calls": "a" + "()" * 3900,
    "brackets": "(" * 8000,
    "closed brackets": "[" * 190 + "]" * 190,
    "branches": "if a:\n    pass\n" + "elif a:\n    pass\n" * 450,
    "lambdas": "lambda:" * 1100 + "1",
    "blocks": "\n".join(" " * n + "if a:" for n in range(99)) + "\n" + " " * 99 + "pass",
    "digits": "x = " + "9" * 7900,
    "hexadecimal": "x = 0x" + "f" * 7900,
    "null": "x = 1\0",
    "half a character": "x = '\ud800'",
    "form feeds": "\f" * 8000,
    "escapes": "x = '" + "\\N{no such}" * 700 + "'",
    "strings": "'" * 7999,
    "fstrings": "f'{" * 2600,
}
LONG = {
    "word": "a" * 8000,
    "error and spaces": "ValueError: a" + " " * 7900 + "b",
    "number": "x = 0x" + "f" * 7900,
    "dots": "a." * 4000,
    "dots and names of errors": "a.A" * 2600,
    "quotes": "'a " * 2600,
    "apostrophes": "don't " * 1300,
}


def test_triage_reads_it() -> None:
    for code in HOSTILE.values():
        for asked in (query(code), query("why?", code, None), query("why?", None, code)):
            assert classify(asked).kind


def test_it_is_a_program_or_a_syntax_error() -> None:
    for code in HOSTILE.values():
        error = unreadable(code)
        try:
            source.parse(code)
        except SyntaxError:
            assert error is not None and error.message
        for seen in (error, ParsedError(type="NameError", message="name 'a' is not defined", line=1)):
            if seen is not None:
                assert of_error(seen, code).fault.id


def test_its_faults_are_looked_for() -> None:
    for code in HOSTILE.values():
        silent = of_silence(code)
        assert silent is None or silent.fault.id
        for contrast in (Mismatch(code, code), Mismatch(None, "None"), Mismatch("3", code)):
            assert of_contrast(contrast, code).fault.id


def test_a_review_reads_it() -> None:
    for code in HOSTILE.values():
        if unreadable(code) is None:
            assert inspect(code) is not None
            assert examples_in(code) == []
            assert examples_told("f(1) should give 2", code) == []


def test_it_can_be_compared() -> None:
    for code in HOSTILE.values():
        assert not reveals_line("Look at the loop again.", "for x in y:\n    print(x)\n", code)
        assert reveals_line(code, code, "") in (True, False)
        assert topic_of_code(code) in (None, *TOPICS)
        assert defined(code) == set()


def seconds(text: str) -> float:
    """Processor time that triage takes for a message."""
    start = time.process_time()
    classify(query(text))
    return time.process_time() - start


@pytest.fixture(scope="module")
def usual() -> float:
    return min(seconds("why does my loop not work? " * 290) for _ in range(3))


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_message_costs_much_more_than_others_of_its_length(text: str, usual: float) -> None:
    assert any(seconds(text) < 8 * usual for _ in range(3))
