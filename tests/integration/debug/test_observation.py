"""What a run shows is held against what the student told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events.models import DebugRequested, ParsedError
from functions.answers.answer import markdown
from functions.debug.observation import Observation, diagnose
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.runner import Runner
from functions.diagnosis.wording import hint
from functions.runtime.sandbox import Sandbox

TOTAL = "total = 0\nfor n in [1, 2, 3]:\n    total += n\nprint(total)"
CRASH = "numbers = [1]\nprint(numbers[1])"
CRASHED = "IndexError: list index out of range"


@pytest.fixture
def port(sandbox: Sandbox) -> Runner:
    """The port to a sandbox under gVisor."""
    return Runner(sandbox)


def asks(text: str, code: str | None = None, error: str | None = None, **more: Any) -> DebugRequested:
    ids = {name: UUID(int=1) for name in ("message_id", "conversation_id", "student_id")}
    return DebugRequested(**ids, text=text, level="beginner", code=code, error=error, **more)


async def sees(port: Runner, request: DebugRequested) -> tuple[str | None, int | None, str, Observation]:
    seen = await diagnose(request, port, 5)
    found = seen.diagnosis
    return found and found.fault.id, found and found.line, markdown(seen.notes), seen


async def test_an_error_that_is_met_too_is_placed_by_the_run(port: Runner) -> None:
    fault, line, said, _ = await sees(port, asks("why?", CRASH, CRASHED))
    assert (fault, line) == ("index-out-of-range", 2)
    assert "got the same error" in said


async def test_a_program_that_runs_without_the_error_is_called_another_version(port: Runner) -> None:
    fault, _, said, _ = await sees(port, asks("why?", TOTAL, CRASHED))
    assert fault == "index-out-of-range"
    assert "*without* this error" in said and "another version" in said


async def test_an_error_other_than_the_told_one_is_what_the_program_does_now(port: Runner) -> None:
    fault, line, said, _ = await sees(port, asks("why?", "x = '1'\nprint(x + 1)", CRASHED))
    assert (fault, line) == ("str-plus-int", 2)
    assert f"`{CRASHED}`" in said and "a different error" in said
    fault, _, said, _ = await sees(port, asks("why?", "for i in [1]\n    print(i)", CRASHED))
    assert fault == "missing-colon" and "a different error" in said


@pytest.mark.parametrize("piece", ["print(numbers[1])", "n = input()\nprint([][int(n)])", "import numpy"])
async def test_of_a_piece_of_a_program_the_told_error_counts(port: Runner, piece: str) -> None:
    fault, _, said, _ = await sees(port, asks("why?", piece, CRASHED))
    assert (fault, said) == ("index-out-of-range", "")


async def test_of_a_chain_the_first_error_counts_and_the_last_is_named(port: Runner) -> None:
    frame = 'Traceback (most recent call last):\n  File "a.py", line {}, in <module>\n    {}\n{}\n\n'
    told = (
        frame.format(2, "age = data['age']", "KeyError: 'age'")
        + "The above exception was the direct cause of the following exception:\n\n"
        + frame.format(4, "raise ValueError('no age')", "ValueError: no age")
    )
    fault, _, said, _ = await sees(port, asks("why?", None, told))
    assert fault == "missing-key" and "`ValueError: no age`" in said


async def test_a_lone_line_of_a_program_in_the_place_of_the_error_is_run(port: Runner) -> None:
    fault, line, _, _ = await sees(port, asks("what is wrong here?", None, "    print('a' + 1)"))
    assert (fault, line) == ("str-plus-int", 1)
    assert (await sees(port, asks("help", None, "it crashed")))[0] is None


@pytest.mark.parametrize(
    ("text", "code", "fault", "said"),
    [
        (
            "I expected 4 but got 2",
            "c = 0\nfor n in range(1, 4):\n    c += 1\nprint(c)",
            "wrong-result",
            "it printed `3`",
        ),
        ("it prints None", "def add(a, b):\n    a + b\nprint(add(2, 3))", "missing-return", "got `None` too"),
        (
            "add(2, 3) should give 5",
            "def add(a, b):\n    return a - b",
            "other-operator",
            "it gave `-1`",
        ),
        (
            "when I type 3 it should print 9 but it prints 6",
            "n = int(input())\nprint(n * 2)",
            "other-number",
            "it printed `6`",
        ),
        (
            "I expected 5 but got 23",
            "a = input()\nb = input()\nprint(a + b)",
            "joined-digits",
            "and got `23`.",
        ),
        ("it prints nothing", "def main():\n    print('hi')", "never-called", "got nothing"),
    ],
)
async def test_a_wrong_result_is_compared_with_a_run(
    port: Runner, text: str, code: str, fault: str, said: str
) -> None:
    found, _, _, seen = await sees(port, asks(text, code))
    assert found == fault
    assert seen.diagnosis is not None and seen.diagnosis.error is None
    assert said in markdown(hint(seen.diagnosis, NextHint("nudge")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I expected 6 but got 5", TOTAL),
        ("add(2, 3) should give 5 but it gives 6", "def add(a, b):\n    return a + b"),
        ("for input 3 it should print 6", "print(int(input()) * 2)"),
        ("greet() should return 'hi'", "def greet():\n    return 'hi'"),
    ],
)
async def test_a_program_that_does_what_is_expected_is_not_at_fault(
    port: Runner, text: str, code: str
) -> None:
    _, _, said, seen = await sees(port, asks(text, code))
    assert seen.right and seen.diagnosis is None
    assert "just as you expected" in said


async def test_without_a_sandbox_a_program_is_read_and_the_student_believed() -> None:
    nowhere = Runner(None)
    assert (await sees(nowhere, asks("why?", CRASH, CRASHED)))[:3] == ("index-out-of-range", None, "")
    assert (await sees(nowhere, asks("I expected 6 but got 5", TOTAL)))[0] == "wrong-result"
    assert (await sees(nowhere, asks("it is wrong", TOTAL)))[0] is None


async def test_an_error_of_the_event_counts_when_the_text_shows_none(port: Runner) -> None:
    parsed = ParsedError(type="KeyError", message="'a'", line=3)
    assert (await sees(port, asks("why?", parsed_error=parsed)))[0] == "missing-key"


async def test_a_program_without_an_end_is_stopped_long_before_the_student_stops_waiting(
    port: Runner,
) -> None:
    seen = await diagnose(asks("it hangs", "i = 0\nwhile i < 3:\n    print(i)"), port, 1.5)
    assert seen.diagnosis is not None and seen.diagnosis.error is not None
    assert (seen.diagnosis.fault.id, seen.diagnosis.line) == ("endless-while", 2)
    said = markdown(hint(seen.diagnosis, NextHint("nudge")))
    assert "didn't finish in time" in said and "TimeLimit" not in said


async def test_of_errors_that_are_chained_in_the_run_the_first_counts(port: Runner) -> None:
    code = "try:\n    {}['age']\nexcept KeyError as error:\n    raise ValueError('no age') from error"
    fault, line, said, _ = await sees(port, asks("why?", code, "ValueError: no age"))
    assert (fault, line) == ("missing-key", 2)
    assert "`ValueError: no age`" in said and "got the same error" in said


HEY = "def hey():\n    return 'hi'\nprint(hey)"
RUNNING = "t = 0\nfor n in (2, 3, 4):\n    t += n\n    print(t)"
PICK = "def pick(p):\n    return p[-1][0]\n"
BIG = "def big(ns):\n    n = 0\n    for x in ns:\n        if x > 9:\n            n += 1\n    return n\n"


@pytest.mark.parametrize(
    ("text", "code", "fault", "line"),
    [
        ("I expected 0.6 but got 0.6000000000000001", "print(0.2 * 3)", "float-tail", None),
        ("big([9, 10, 1]) should return 2 but it returns 1.", BIG, "border", 4),
        ("I expected 9 but got 2 5 9", RUNNING, "too-much-printed", 4),
        ("It shows <function hey at 0x7f> instead of hi", HEY, "shows-function", None),
        ("I expected ['k'] but got dict_keys(['k'])", "print({'k': 2}.keys())", "shows-lazy", None),
        ("pick(((1, 2), (3, 4))) should return 2 but it returns 3.", PICK, "other-value", 2),
        ("Expected output: 25\nActual output: 10", "print(5 * 2)", "other-operator", 1),
    ],
)  # fmt: skip
async def test_a_told_result_is_tried_and_only_a_proven_place_is_named(
    port: Runner, text: str, code: str, fault: str, line: int | None
) -> None:
    _, _, _, seen = await sees(port, asks(text, code))
    assert seen.diagnosis is not None
    assert (seen.diagnosis.fault.id, seen.diagnosis.line) == (fault, line)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I expected -4 but got 4", "print(abs(-4))"),
        ("I expected 30 but got 3.0", "print(3.0)"),
        ("I expected 5 but got '5'", "print(repr('5'))"),
        ("I expected hey but it prints hey hey", "for i in range(2):\n    print('hey')"),
    ],
)
async def test_what_is_not_as_expected_is_never_called_so(port: Runner, text: str, code: str) -> None:
    _, _, said, seen = await sees(port, asks(text, code))
    assert not seen.right and seen.diagnosis is not None
    assert seen.diagnosis.fault.id != "other-writing"
    assert "just as you expected" not in said


@pytest.mark.parametrize(
    ("code", "fault", "said"),
    [
        ("def first(rows):\n    return rows[0]\n\nprint(first([]))", "index-out-of-range", "rows = []"),
        ("best = 9\nfor part in best:\n    print(part)", "not-iterable", "best = 9"),
    ],
)
async def test_the_values_at_the_failing_line_are_shown(
    port: Runner, code: str, fault: str, said: str
) -> None:
    found, _, _, seen = await sees(port, asks("why?", code))
    assert found == fault
    assert seen.diagnosis is not None and said in markdown(hint(seen.diagnosis, NextHint("where")))


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("years = input('years')\nprint(years * 2 + 1)", "str-plus-int"),
        ("who = input()\nprint('hello ' + wo)", "name-typo"),
    ],
)
async def test_a_program_that_asks_is_given_something(port: Runner, code: str, fault: str) -> None:
    found, _, said, _ = await sees(port, asks("what is wrong?", code))
    assert found == fault
    assert "typed in" in said


async def test_a_name_that_nothing_defines_is_found_without_a_call(port: Runner) -> None:
    found, line, _, _ = await sees(port, asks("it fails", "def even(n):\n    return n % 2 == zero\n"))
    assert (found, line) == ("unquoted-or-undefined", 2)


@pytest.mark.parametrize(
    ("text", "code", "fault", "line"),
    [
        ("It crashes with a TypeError", "def share(xs):\n    return sum(xs) / xs", "int-plus-str", 2),
        ("A NameError comes", "def odd(n):\n    return n % two == 1", "no-value-yet", 2),
        ("why infinite recursion?", "def up(n):\n    if n == 0:\n        return 0\n    return up(n + 1)", "no-base-case", 4),  # noqa: E501
        ("it fails with KeyError", "def tally(words):\n    seen = {}\n    for w in words:\n        seen[w] += 1", "missing-key", 4),  # noqa: E501
    ],
)  # fmt: skip
async def test_an_error_in_a_function_that_nothing_calls_is_looked_for_with_made_up_values(
    port: Runner, text: str, code: str, fault: str, line: int
) -> None:
    found, at, _, seen = await sees(port, asks(text, code))
    assert (found, at) == (fault, line)
    assert seen.diagnosis is not None and "values that I made up" in (seen.diagnosis.observed or "")


async def test_values_that_were_made_up_are_no_fault_of_the_program(port: Runner) -> None:
    guessing = "n = int(input('n'))\nwhile n != 5:\n    n = int(input('again'))\nprint([1, 2][n])"
    assert (await sees(port, asks("why does it not work?", guessing)))[0] is None


async def test_what_our_place_lacks_is_said_and_no_fault(port: Runner) -> None:
    fault, _, said, seen = await sees(port, asks("what is wrong?", "import seaborn\nprint(1)"))
    assert (fault, seen.right) == (None, True)
    assert "`seaborn`" in said and "no fault of yours" in said
