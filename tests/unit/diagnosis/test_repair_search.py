"""A repair is found by trying, in a process as in a cell, and only what was seen to pass counts as one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from functions.diagnosis import repair_search
from functions.diagnosis.repair_search import Repair, Search, edits_of, repairs, searching
from functions.grading.checks import Test


def calls(*pairs: tuple[str, object]) -> list[Test]:
    return [Test(name=call, kind="call", source=call, expected=value) for call, value in pairs]


def run(search: Search | None) -> str:
    assert search is not None
    done = subprocess.run(
        [sys.executable, "-I", "-c", search.program],
        input=search.stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found must not depend on how busy the machine is."""
    monkeypatch.setattr(repair_search, "BUDGET_S", 20.0)
    monkeypatch.setattr(repair_search, "EACH_S", 0.3)


def found(code: str, tests: list[Test], *references: str) -> list[Repair]:
    search = searching(code, tests, references)
    assert search is not None
    return repairs(search, run(search))


LONG = "def long(words):\n    n = 0\n    for word in words:\n        if len(word) > 3:\n            n += 1\n"
BEST = (
    "def best(items):\n    top = 0\n    for item in items:\n        if item > top:\n            top = item\n"
)
PROGRAMS = [
    (LONG + "    return n\n", calls(("long(['abc'])", 1), ("long(['a'])", 0), ("long(['abcd'])", 1)), 4),
    (LONG + "    return n + 1\n", calls(("long(['abcd', 'ab'])", 1), ("long([])", 0)), 6),
    (LONG + "        return n\n", calls(("long(['ab', 'abcd'])", 1), ("long(['abcd'])", 1)), 6),
    (LONG, calls(("long(['ab', 'abcd'])", 1), ("long(['abcd'])", 1)), 5),
    (BEST + "    return top\n", calls(("best([9, 3])", 9), ("best([-3, -2, -4])", -2)), 2),
    ("def first(a):\n    return a[1]\n", calls(("first([4, 5])", 4), ("first([1])", 1)), 2),
    ("def size(a):\n    return a[0]\n", calls(("size([4, 5])", 4), ("size([])", None)), 2),
    ("def up(a):\n    return a.sort()\n", calls(("up([2, 1])", [1, 2]), ("up([])", [])), 2),
    ("def twice(n):\n    print(n * 2)\n", calls(("twice(2)", 4), ("twice(0)", 0)), 2),
    ("def inside(n):\n    if n == 3 or 4:\n        return True\n    return False\n",
     calls(("inside(3)", True), ("inside(4)", True), ("inside(5)", False)), 2),
]  # fmt: skip


@pytest.mark.parametrize(("code", "tests", "line"), PROGRAMS)
def test_the_smallest_edit_that_passes_everything_tells_the_line(
    code: str, tests: list[Test], line: int
) -> None:
    assert line in {repair.edits[0].line for repair in found(code, tests)}


def test_two_slips_are_found_together() -> None:
    code = "def long(words):\n    n = 1\n    for word in words:\n        if len(word) > 3:\n            n += 1\n    return n\n"  # noqa: E501
    tests = calls(("long(['abc', 'abcd'])", 2), ("long([])", 0), ("long(['a'])", 0), ("long(['abc'])", 1))
    [best, *_] = found(code, tests)
    assert best.lines == {2, 4}


def test_a_program_that_hangs_or_ends_the_process_costs_only_its_own_try() -> None:
    code = "def down(n):\n    while n > 0:\n        n = n + 1\n    return n\n"
    assert [one.edits[0].line for one in found(code, calls(("down(2)", 0), ("down(0)", 0)))][:1] == [3]


def test_printed_output_is_held_against_as_a_grade_does() -> None:
    code = "n = int(input())\nfor i in range(n):\n    print(i)\n"
    shown = {"1\n": "1\n", "2\n": "1\n2  \n\n"}
    tests = [Test(name=given, kind="stdin", source=given, expected=said) for given, said in shown.items()]
    assert {one.edits[0].line for one in found(code, tests)} <= {2, 3}
    assert found(code, tests)


def test_a_value_of_another_type_is_no_repair() -> None:
    assert (
        found(
            "def one():\n    return 1.0\n",
            calls(
                ("one()", 2),
            ),
        )
        == []
    )


def test_what_was_not_told_by_the_search_is_not_believed() -> None:
    search = searching("def f(n):\n    return n\n", calls(("f(1)", 2)))
    assert search is not None
    forged = ['{"hit":[0]}', f'{search.marker}{{"hit":[99999]}}', f"{search.marker}nonsense", search.marker]
    assert repairs(search, "\n".join(forged)) == []


def test_every_edit_changes_something_and_the_likeliest_come_first() -> None:
    edits = edits_of(PROGRAMS[0][0])
    assert all(PROGRAMS[0][0][one.start : one.end] != one.text for one in edits)
    assert [one.cost for one in edits] == sorted(one.cost for one in edits)
