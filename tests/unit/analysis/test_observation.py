"""A program is followed line by line, and its facts come back on a way of their own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.analysis import observation
from functions.analysis.observation import harness, read_facts
from functions.analysis.short_repr import MAX_ITEMS, MAX_SHOWN, shown
from tests.support.observed import observe


def test_each_line_tells_the_names_it_changed_in_the_order_of_the_run() -> None:
    seen = observe("total = 0\nfor n in [4, 5]:\n    total += n\nprint(total)\n")
    assert [(step.line, dict(step.changed)) for step in seen.steps] == [
        (1, {"total": "0"}),
        (2, {"n": "4"}),
        (3, {"total": "4"}),
        (2, {"n": "5"}),
        (3, {"total": "9"}),
        (2, {}),
        (4, {}),
    ]
    assert (seen.ended, seen.stdout, seen.cut) == ("end", "9\n", False)


def test_output_belongs_to_the_line_that_printed_it_also_after_a_call() -> None:
    seen = observe("def f():\n    print('in')\n    return 2\nprint(f())\n")
    assert {(step.line, step.printed) for step in seen.steps if step.printed} == {(2, "in\n"), (4, "2\n")}


def test_calls_tell_what_was_given_and_what_came_back() -> None:
    seen = observe("def add(a, b=3):\n    return a + b\nx = add(4)\ny = add(1, b=2)\n")
    assert [(call.function, dict(call.given), call.at, call.result) for call in seen.calls] == [
        ("add", {"a": "4", "b": "3"}, 3, "7"),
        ("add", {"a": "1", "b": "2"}, 4, "3"),
    ]


def test_an_error_tells_its_line_its_way_and_the_names_where_it_happened() -> None:
    seen = observe("def half(n):\n    rest = n - 2\n    return n / rest\nprint('go')\nhalf(2)\n")
    assert seen.failure is not None and seen.ended == "error"
    assert (seen.failure.type, seen.failure.line) == ("ZeroDivisionError", 3)
    assert dict(seen.failure.names) == {"n": "2", "rest": "0"}
    assert seen.failure.path == (("<module>", 5), ("half", 3))
    assert seen.calls[0].raised == "ZeroDivisionError" and seen.calls[0].result is None


def test_a_program_that_can_not_be_read_tells_the_line_of_the_fault() -> None:
    seen = observe("x = 1\nif x = 2:\n    pass\n")
    assert seen.failure is not None and (seen.failure.type, seen.failure.line) == ("SyntaxError", 2)


def test_an_error_that_was_caught_is_not_the_end() -> None:
    seen = observe(
        "def f(t):\n    try:\n        return int(t)\n    except ValueError:\n        return -1\nr = f('x')\n"
    )
    assert seen.ended == "end" and seen.calls[0].result == "-1" and seen.calls[0].raised is None


def test_a_program_that_does_not_end_is_stopped_and_says_where() -> None:
    seen = observe(
        "i = 0\nwhile True:\n    try:\n        i += 1\n    except Exception:\n        pass\n", seconds=0.5
    )
    assert seen.ended == "time" and seen.cut and len(seen.steps) == observation.MAX_STEPS
    assert seen.failure is not None and seen.failure.line in range(2, 7)


def test_past_the_bound_of_steps_the_output_is_still_complete() -> None:
    seen = observe("for i in range(50):\n    print(i)\n", steps=10)
    assert seen.cut and len(seen.steps) == 10 and seen.stdout.splitlines() == [str(i) for i in range(50)]


def test_input_is_given_and_where_there_is_no_more_the_line_that_waits_is_told() -> None:
    seen = observe("a = input('a? ')\nb = input('b? ')\n", "7\n")
    assert [(wait.line, wait.prompt, wait.given) for wait in seen.waits] == [
        (1, "a? ", "7"),
        (2, "b? ", None),
    ]
    assert seen.failure is not None and seen.failure.type == "EOFError"


def test_an_expression_after_the_program_is_followed_alone() -> None:
    code = (
        "def count(items):\n    n = 0\n    for _ in items:\n        n += 1\n    return n\nprint(count([1]))\n"
    )
    seen = observe(code, then="count([])")
    assert seen.value == "0" and seen.stdout == ""
    assert [step.line for step in seen.steps] == [2, 3, 5]


def test_printing_can_not_pass_for_facts() -> None:
    forged = json.dumps({"ended": "end", "value": "forged"})
    seen = observe(f"import sys\nprint({forged!r})\nsys.stdout.write({forged!r})\n")
    assert seen.value is None and seen.stdout.count("forged") == 2


def test_the_program_is_main_and_sees_nothing_of_the_harness() -> None:
    seen = observe("here = sorted(n for n in globals() if not n.startswith('__'))\nname = __name__\n")
    assert seen.steps[0].changed["here"] == "[]" and seen.steps[1].changed["name"] == "'__main__'"


def test_an_object_is_shown_without_running_the_learners_own_code() -> None:
    code = "class P:\n    def __init__(self, x):\n        self.x = x\n"
    code += "    def __repr__(self):\n        raise ValueError\np = P(3)\np.x = 4\n"
    seen = observe(code)
    assert [step.changed["p"] for step in seen.steps if "p" in step.changed] == ["P(x=3)", "P(x=4)"]


def test_what_only_ends_the_program_is_told_as_its_end() -> None:
    assert observe("import sys\nsys.exit()\n").ended == "exit"


def test_the_program_that_is_sent_fits_into_a_request_and_imports_nothing_of_ours() -> None:
    assert len(harness().encode()) < 16_000 and "functions." not in harness()


@pytest.mark.parametrize(
    "value", [None, 3, "", "{", "[]", '{"ended": "never"}', '{"ended": "end", "steps": [{"line": "1"}]}']
)
def test_what_is_no_fact_is_none(value: object) -> None:
    assert read_facts(value) is None


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=200),
        lambda inner: st.lists(inner, max_size=30),
    )
)
def test_a_value_is_shown_as_python_writes_it_or_shortened(value: object) -> None:
    text = shown(value)
    small = not isinstance(value, list) and not (isinstance(value, str) and len(value) > MAX_SHOWN)
    if small and not (isinstance(value, int) and abs(value) >= 1 << (4 * MAX_SHOWN)):
        assert text == repr(value)
    if isinstance(value, list) and len(value) > MAX_ITEMS:
        assert f"({len(value)} in all)" in text
