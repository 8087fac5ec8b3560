"""The root of a fault is found: it may be in another line than the one that raised, or show in a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.models import ParsedError
from functions.answers.answer import markdown
from functions.diagnosis.catalogue import TIERS
from functions.diagnosis.causes import Diagnosis, of_contrast, of_error, unreadable
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.wording import hint
from functions.diagnosis.wrong_results import Mismatch
from functions.guardrails.solution_leaks import reveals_line
from tests.fakes.golden import matches

HERE = Path(__file__).parent
NONE_ITEM = ParsedError(type="TypeError", message="'NoneType' object is not subscriptable", line=3)
NOT_CALLABLE = ParsedError(type="TypeError", message="'int' object is not callable", line=3)
MIXED = ParsedError(type="TypeError", message="unsupported operand type(s) for +: 'int' and 'str'", line=3)
UNKNOWN = ParsedError(type="NameError", message="name 'total' is not defined", line=4)
BY_ZERO = ParsedError(type="ZeroDivisionError", message="division by zero", line=3)
RANGE = ParsedError(type="IndexError", message="list index out of range", line=3)


@pytest.mark.parametrize(
    ("error", "code", "fault", "line"),
    [
        (NONE_ITEM, "a = [3, 1]\nb = a.sort()\nprint(b[0])", "stored-in-place", 2),
        (NONE_ITEM, "def add(a):\n    total = a + [1]\nprint(add([])[0])", "missing-return", 2),
        (NONE_ITEM, "def add(a):\n    print(a)\nprint(add([])[0])", "print-not-return", 1),
        (NOT_CALLABLE, "sum = 0\nnumbers = [1]\nprint(sum(numbers))", "shadowed-builtin", 1),
        (RANGE, "a = [1]\nfor i in range(len(a) + 1):\n    print(a[i])", "index-past-end", 2),
    ],
)
def test_the_fault_that_an_error_comes_from_is_named_instead(
    error: ParsedError, code: str, fault: str, line: int
) -> None:
    found = of_error(error, code)
    assert (found.fault.id, found.line, found.error) == (fault, line, error)
    where = markdown(hint(found, NextHint("where")))
    assert code.splitlines()[line - 1].strip() in where
    assert "Python noticed it only in line 3" in where
    assert not (found.fix and reveals_line(where, found.fix, code))


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MIXED, "a = input()\nb = 2\nprint(b + a)", "One of its values comes from line 1."),
        (UNKNOWN, "def f():\n    total = 1\nf()\nprint(total)", "inside of the function `f`, in line 2."),
        (BY_ZERO, "count = 0\nmarks = []\nprint(5 / count)", "comes from line 1."),
        (
            ParsedError(type="TypeError", message="f() missing 1 required positional argument: 'b'", line=3),
            "def f(a, b):\n    return a\nf(1)",
            "It is defined in line 1.",
        ),
        (
            ParsedError(type="TypeError", message="Dog() takes no arguments", line=4),
            "class Dog:\n    def _init_(self, name):\n        self.name = name\nDog('Rex')",
            "the name of the method in line 2.",
        ),
        (
            ParsedError(type="AttributeError", message="'Dog' object has no attribute 'name'", line=4),
            "class Dog:\n    def __init__(self, name):\n        name = name\nprint(Dog('Rex').name)",
            "The object should get it in line 3.",
        ),
    ],
)
def test_where_it_begins_is_told_beside_the_line_that_raised(
    error: ParsedError, code: str, said: str
) -> None:
    found = of_error(error, code)
    assert found.line == error.line
    assert said in markdown(hint(found, NextHint("where")))
    assert said not in markdown(hint(found, NextHint("nudge")))


def test_the_arrow_of_a_syntax_error_is_shown_with_its_line() -> None:
    code = "x = 1\nif x > 0:\n    print(x) x\n"
    error = unreadable(code)
    assert error is not None
    assert "print(x) x\n         ^\n" in markdown(hint(of_error(error, code), NextHint("where")))


def test_without_the_program_the_line_that_the_error_quotes_is_shown() -> None:
    found = of_error(
        ParsedError(type="NameError", message="name 'x' is not defined", line=7), None, "print(x)", 6
    )
    assert "print(x)\n      ^\n" in markdown(hint(found, NextHint("where")))


def test_an_error_without_a_number_is_placed_by_the_line_it_quotes() -> None:
    error = ParsedError(type="NameError", message="name 'b' is not defined")
    assert of_error(error, "a = 1\nprint(b)\n", "print(b)").line == 2


SUM_TO = "def size(n):\n    t = 0\n    for k in range(1, n):\n        t += 1\n    return t\nprint(size(4))"


@pytest.mark.parametrize(
    ("expected", "got", "code", "fault", "line"),
    [
        ("4", "3", SUM_TO, "off-by-one", 3),
        ("[1, 2, 3]", "[1, 2]", "print(list(range(1, 3)))", "off-by-one", 1),
        ("5", "None", "def add(a, b):\n    a + b\nprint(add(2, 3))", "missing-return", 2),
        ("5", "None", "def f(a):\n    if a > 1:\n        return 5\nprint(f(0))", "gives-nothing", 1),
        ("5", "23", "a = input()\nb = input()\nprint(a + b)", "joined-digits", 3),
        ("6", "33", "n = '3'\nprint(n * 2)", "joined-digits", 2),
        ("2.5", "2", "print(5 // 2)", "lost-rest", 1),
        ("2", "2.0", "print(4 / 2)", "gained-point", 1),
        (
            "10",
            "4",
            "def total(xs):\n    t = 0\n    for x in xs:\n        t += x\n        return t\ntotal([4])",
            "return-in-loop",
            5,
        ),
        ("Hi Ida!", "Hi Ida !", "name = 'Ida'\nprint('Hi', name, '!')", "other-writing", None),
        ("hello", "", "def main():\n    print('hello')", "never-called", 1),
        ("hello", "", "if False:\n    print('hello')", "shows-nothing", None),
        ("12", "40", "print(5 * 8)", "wrong-result", None),
        ("0.7", "0.6666666666666666", "print(2 / 3)", "not-rounded", None),
        ("True", "False", "def adult(age):\n    return age > 18\nprint(adult(18))", "opposite-answer", 2),
        ("'warm'", "'cold'", "def t(d):\n    return 'cold' if d <= 18 else 'warm'\n", "other-branch", 2),
        ("[2, 1]", "[1, 2]", "items = [2, 1]\nitems.sort()\nprint(items)", "other-order", 2),
        ("['a']", "{'a'}", "def unique(items):\n    return set(items)\n", "other-type", None),
        ("12", "'12'", "def number(text):\n    return text\n", "other-type", None),
        ("6", "3", "t = 0\nfor n in [1, 2, 3]:\n    t = n\nprint(t)", "replaced-in-loop", 3),
        ("Hi Ida!", "Hi {name}!", "name = 'Ida'\nprint('Hi {name}!')", "missing-f", 2),
        ("3", "6", "t = 0\nfor n in [1, 2, 3]:\n    t =+ n\nprint(t)", "plus-after-equals", 3),
        (
            "[1]",
            "[2, 1]",
            "def f(x, seen=[]):\n    seen.append(x)\n    return seen\nf(2)\nprint(f(1))",
            "mutable-default",
            1,
        ),
    ],
)
def test_a_wrong_result_leads_to_what_makes_such_results(
    expected: str, got: str, code: str, fault: str, line: int | None
) -> None:
    found = of_contrast(Mismatch(expected, got), code)
    assert (found.fault.id, found.line) == (fault, line)
    said = markdown(hint(found, NextHint("nudge")))
    assert f"You expected `{expected}`" in said


HALF = "def mean(a, b):\n    return (a + b) // 2\n\nprint(mean(2, 3))"
READ: dict[str, tuple[Diagnosis, NextHint]] = {
    **{
        f"lost-rest-{tier}": (of_contrast(Mismatch("2.5", "2", True), HALF), NextHint(tier)) for tier in TIERS
    },
    "begins-elsewhere-where": (
        of_error(NONE_ITEM, "a = [3, 1]\nb = a.sort()\nprint(b[0])"),
        NextHint("where"),
    ),
    "comes-from-input-where": (of_error(MIXED, "a = input()\nb = 2\nprint(b + a)"), NextHint("where")),
    "endless-nudge": (
        of_error(ParsedError(type="TimeLimit", message=""), "i = 0\nwhile i < 3:\n    print(i)"),
        NextHint("nudge"),
    ),
    "held-to-read": (of_contrast(Mismatch("2.5", "2"), HALF), NextHint("nudge", again=True, wait_s=12)),
    "held-for-a-change": (
        of_contrast(Mismatch("2.5", "2"), HALF),
        NextHint("where", again=True, tries_left=1),
    ),
    "prints-none-nudge": (
        of_contrast(Mismatch(None, "None", True), "def f(a):\n    if a:\n        return 5\nprint(f(0))"),
        NextHint("nudge"),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_what_a_student_reads_is_as_agreed(name: str) -> None:
    assert matches(HERE / "golden" / f"{name}.txt", markdown(hint(*READ[name])))


def test_hints_on_wrong_results_never_show_the_repair_before_it_is_asked_for() -> None:
    found = of_contrast(Mismatch("2.5", "2"), HALF)
    assert found.fix == HALF.replace("//", "/")
    for tier in TIERS[:4]:
        assert not reveals_line(markdown(hint(found, NextHint(tier))), found.fix or "", HALF), tier
