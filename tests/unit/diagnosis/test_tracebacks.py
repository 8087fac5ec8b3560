"""Errors are read out of whatever a student pastes: chains, groups, arrows, pieces."""

from __future__ import annotations

import pytest

from functions.diagnosis.tracebacks import _is_arrow, parse_error, read_trace

FRAME = (
    'Traceback (most recent call last):\n  File "main.py", line {line}, in <module>\n    {source}\n{error}\n'
)
AGE = FRAME.format(line=3, source='age = data["age"]', error="KeyError: 'age'")
DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"
CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
RAISED = FRAME.format(line=5, source='raise ValueError("no age") from error', error="ValueError: no age")


@pytest.mark.parametrize("link", [DURING, CAUSED])
def test_the_cause_of_a_chain_is_its_first_error(link: str) -> None:
    trace = read_trace(AGE + link + RAISED)
    assert trace is not None
    assert (trace.error.type, trace.error.message, trace.error.line) == ("KeyError", "'age'", 3)
    assert (trace.source, trace.then) == ('age = data["age"]', "ValueError: no age")


def test_a_chain_of_three_and_one_whose_beginning_is_missing() -> None:
    third = FRAME.format(line=9, source="main()", error="RuntimeError: gave up")
    trace = read_trace(AGE + CAUSED + RAISED + DURING + third)
    assert trace is not None
    assert (trace.error.type, trace.then) == ("KeyError", "RuntimeError: gave up")
    cut = read_trace(DURING.strip() + "\n\n" + RAISED)
    assert cut is not None
    assert (cut.error.type, cut.error.line, cut.then) == ("ValueError", 5, None)


GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "main.py", line 7, in <module>
  |     raise ExceptionGroup("several", errors)
  | ExceptionGroup: several (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "main.py", line 4, in <module>
    |     int("x")
    | ValueError: invalid literal for int() with base 10: 'x'
    +---------------- 2 ----------------
    | TypeError: no
    +------------------------------------
"""


def test_the_first_error_of_a_group_counts() -> None:
    trace = read_trace(GROUP)
    assert trace is not None
    assert (trace.error.type, trace.error.line, trace.source) == ("ValueError", 4, 'int("x")')


def test_an_error_of_a_group_that_says_no_line_happened_where_the_group_was_raised() -> None:
    lines = [line for number, line in enumerate(GROUP.splitlines()) if number not in (5, 6, 7)]
    trace = read_trace("\n".join(lines))
    assert trace is not None
    assert (trace.error.type, trace.error.line) == ("ValueError", 7)


def test_an_arrow_says_where_in_the_line() -> None:
    trace = read_trace(
        "  File \"a.py\", line 2\n    for i in range(3)\n                     ^\nSyntaxError: expected ':'\n"
    )
    assert trace is not None
    assert (trace.error.line, trace.source, trace.column) == (2, "for i in range(3)", 17)


@pytest.mark.parametrize(
    ("pasted", "kind", "line", "source"),
    [
        ('TypeError: can only concatenate str (not "int") to str', "TypeError", None, None),
        (
            "    print(totl)\n          ^^^^\nNameError: name 'totl' is not defined",
            "NameError",
            None,
            "print(totl)",
        ),
        (
            "File \"a\", line 4, in f\n    f()\nTypeError: f() missing 1 required positional argument: 'a'",
            "TypeError",
            4,
            "f()",
        ),
        (
            "line 3, in <module>\n    print(a[9])\nIndexError: list index out of range",
            "IndexError",
            3,
            "print(a[9])",
        ),
        ("it says list index out of range on line 12", "IndexError", 12, None),
        ("'<' not supported between instances of 'str' and 'int'", "TypeError", None, None),
        ("not enough values to unpack (expected 2, got 1)", "ValueError", None, None),
        ("NameError", "NameError", None, None),
        (
            '  File "a.py", line 2, in <module>\n    raise TooCold(3)\nTooColdError: 3',
            "TooColdError",
            2,
            "raise TooCold(3)",
        ),
    ],
)
def test_a_piece_of_a_traceback_is_enough(
    pasted: str, kind: str, line: int | None, source: str | None
) -> None:
    trace = read_trace(pasted)
    assert trace is not None
    assert (trace.error.type, trace.error.line, trace.source) == (kind, line, source)


def test_of_two_runs_in_one_paste_the_last_counts() -> None:
    assert (found := parse_error(AGE + "\n$ python main.py\n" + RAISED)) is not None
    assert found.type == "ValueError"


def test_words_without_an_error_are_none() -> None:
    assert parse_error("it does not work", None, "", "I expected 10 but got 9") is None


def test_of_a_long_text_the_ends_are_read() -> None:
    """What is cut out of the middle costs nothing, whatever it is made of."""
    last = "x = 1\n" * 4000 + "ValueError: too late"
    first = "NameError: name 'x' is not defined\n" + "-" * 20_000
    found = [parse_error(text) for text in (last, first)]
    assert [error.type for error in found if error] == ["ValueError", "NameError"]


@pytest.mark.parametrize("line", ["    ^", "  ~~~^~~", "^^^^  "])
def test_an_arrow_has_a_point(line: str) -> None:
    assert _is_arrow(line)
    assert not _is_arrow(line.replace("^", "~"))
    assert not _is_arrow(line + "x")
