"""A review finds what it promises, rates it reproducibly, and tells a student what fits their level."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.models import Level
from functions.answers.answer import markdown
from functions.code_review.correctness import Correctness, Seen, examples_told
from functions.code_review.rating import rate
from functions.code_review.review import review
from functions.code_review.rulebook import found, rulebook
from functions.code_review.structure import inspect
from functions.code_review.taste import taste
from functions.code_review.trials import lacking
from functions.concepts.readability import grade
from functions.runtime.sandbox import ProgramError
from tests.fakes.golden import matches

HERE = Path(__file__).parent
FINDINGS = st.lists(st.builds(found, st.sampled_from(sorted(rulebook())), st.integers(1, 20)), max_size=20)
EIGHT = [
    *(found(code, 1) for code in ("A001", "A001", "E741", "SIM118", "SIM102")),
    *(found(code, line) for code, line in (("B007", 3), ("B904", 4), ("SIM118", 2))),
]
PROGRAM = "\n".join(f"x{n} = {n}" for n in range(20))
UNTIDY = """import os
def F(data1, items=[]):
    for i in range(3):
        for j in range(3):
            for k in range(3):
                if i == j:
                    items.append(k)
    if len(items) == True: return items
    else:
        return None
"""


@given(FINDINGS)
def test_a_rating_is_between_0_and_100_and_does_not_depend_on_order(findings: list[object]) -> None:
    one = rate(findings, PROGRAM)  # type: ignore[arg-type]  # hypothesis can't tell the type
    assert 0 <= one.quality <= 100
    assert one == rate(list(reversed(findings)), PROGRAM)  # type: ignore[arg-type]


@example(EIGHT, "B904", 1)
@given(FINDINGS, st.sampled_from(sorted(rulebook())), st.integers(1, 20))
def test_one_more_finding_never_raises_the_number(findings: list[object], code: str, line: int) -> None:
    more = [*findings, found(code, line)]
    assert rate(more, PROGRAM).quality <= rate(findings, PROGRAM).quality  # type: ignore[arg-type]


def test_sound_code_gets_everything() -> None:
    assert rate([], PROGRAM).quality == 100


@pytest.mark.parametrize("level", get_args(Level))
async def test_a_review_reads_as_agreed(level: Level) -> None:
    made = await review(UNTIDY, level)
    assert matches(HERE / "golden" / f"untidy-{level}.txt", markdown(made.parts))


@pytest.mark.parametrize("level", get_args(Level))
async def test_every_finding_that_costs_points_stands_in_the_text_with_its_line(level: Level) -> None:
    made = await review(UNTIDY, level)
    text = markdown(made.parts)
    assert len(made.findings) > 3
    for finding in made.findings:
        simple = rulebook()[finding.rule].beginner if level == "beginner" else None
        assert finding.message in text or (simple and simple in text), finding
        assert str(finding.line) in text


async def test_the_dearest_finding_comes_first() -> None:
    made = await review(UNTIDY, "mastered")
    points = [finding.points for finding in made.findings]
    assert points == sorted(points, reverse=True)


async def test_a_program_that_stops_is_not_praised_for_running() -> None:
    error = "NameError: name 'x' is not defined"
    crash = Correctness(0.0, (found("LF302", 1, name=error),), "stopped", error)
    made = await review("print(x)\nimport os\nF = lambda l: l\n", "beginner", None, crash)
    text = markdown(made.parts)
    assert "it stopped with an error" in text
    assert "What is good" not in text


async def test_nothing_handed_in_is_not_rated() -> None:
    made = await review("# only a comment\n", "beginner")
    assert (made.rating, made.quality) == (None, 0)


def test_deep_nesting_repeats_and_empty_names_are_found() -> None:
    repeated = "a = 1\nb = a + 1\nprint(b)\nif b:\n    a = 1\n    b = a + 1\n    print(b)\n"
    assert [finding.rule for finding in inspect(repeated)] == ["LF202"]
    assert {finding.rule for finding in inspect(UNTIDY)} >= {"LF201", "LF102"}
    assert [finding.rule for finding in inspect("foo = 3\nprint(foo)\n")] == ["LF101"]


def test_elif_is_no_nesting() -> None:
    chain = "x = 3\nif x == 1:\n    print(1)\n" + "".join(
        f"elif x == {n}:\n    print({n})\n" for n in range(2, 9)
    )
    assert inspect(chain) == []


def test_every_rule_that_beginners_hear_of_has_words_for_them_and_they_are_easy_to_read() -> None:
    mine = {
        code: rule for code, rule in rulebook().items() if rule.dimension == "error-prone" and code != "LF001"
    }
    assert [code for code, rule in mine.items() if not rule.beginner] == []
    assert {
        code: grade(rule.beginner or "") for code, rule in mine.items() if grade(rule.beginner or "") > 9
    } == {}
    assert all(len((rule.beginner or "").split()) >= 12 for rule in mine.values())


async def test_a_beginner_reads_simpler_words_of_the_same_findings() -> None:
    simple, full = await review(UNTIDY, "beginner"), await review(UNTIDY, "learning")
    assert simple.findings == full.findings
    assert "all calls share it" in markdown(simple.parts)
    assert "This default value is shared by all calls." in markdown(full.parts)


SAID = "You wrote it well.\n\n**Opinion:** I would read the prices from a file.\nOpinion: Nice names."


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("please review. add(2, 3) should give 5", ["add(2, 3)"]),
        ("is this right?\n>>> add(1, 1)\n2\n>>> add(0, 0)\n0", ["add(1, 1)", "add(0, 0)"]),
        ("add(2, 3) should give five", []),
        ("multiply(2, 3) should give 6", []),
        ("review my code please", []),
    ],
)
def test_examples_in_the_text_become_tests(text: str, sources: list[str]) -> None:
    assert [test.source for test in examples_told(text, "def add(a, b):\n    return a + b\n")] == sources


def test_inputs_in_the_text_become_tests_of_a_program_that_reads() -> None:
    told = "for input 3 it prints 6"
    assert [(t.source, t.expected) for t in examples_told(told, "print(int(input()) * 2)")] == [
        ("3\n", "6\n")
    ]
    assert examples_told(told, "print(6)") == []


WRONG = "import os\ndef add(a, b):\n    total = a - b\n    return total\nprint(add(2, 3))\n"


@pytest.mark.parametrize("level", ["beginner", "proficient"])
async def test_a_review_with_an_example_that_fails_reads_as_agreed(level: Level) -> None:
    fails = found("LF301", 0, name="Your example add(2, 3)", detail="add(2, 3) should give 5, but gave -1.")
    made = await review(WRONG, level, None, Correctness(0.0, (fails,), "tested", total=1))
    assert matches(HERE / "golden" / f"example-fails-{level}.txt", markdown(made.parts))


@given(st.floats(0, 0.999), FINDINGS)
def test_a_program_that_fails_a_test_is_rated_70_at_most(share: float, findings: list[object]) -> None:
    """However few tests it fails, and however well it is written."""
    failing = found("LF301", 0, name="zero", detail="add(0, 0) should give 0.")
    made = rate([*findings, failing], PROGRAM, share)  # type: ignore[list-item]
    assert made.quality <= 70
    assert round(sum(made.dimensions.values()) + sum(one.points for one in made.findings), 2) == 100


async def test_without_tests_no_word_sounds_as_if_it_were_right() -> None:
    clean = (
        "def add(first, second):\n    total = first - second\n    kept = []\n"
        "    kept.append(total)\n    print(kept)\n    return total\n"
    )
    made = await review(clean, "beginner", None, Correctness(None, seen="ran"))
    assert made.findings == ()
    text = markdown(made.parts).lower()
    for praise in ("well done", "nothing to change", "does what it should.", "is right."):
        assert praise not in text


async def test_a_few_lines_without_tests_are_not_rated() -> None:
    made = await review("class A:\n    pass\n", "beginner", None, Correctness(None, seen="ran"))
    assert made.rating is None
    assert "too short for a rating" in markdown(made.parts)


UNTOLD = """def add(a, b):
    total = a - b
    words = []
    words.append(total)
    print(words)
    return total
"""


@pytest.mark.parametrize("seen", ["ran", "lacking", "limited", "asks", "unread"])
async def test_without_tests_nothing_is_said_of_the_result(seen: Seen) -> None:
    """The number is for style and structure alone, and says so; nobody is told that the program is right."""
    made = await review(UNTOLD, "beginner", None, Correctness(None, seen=seen, note="X"))
    text = markdown(made.parts)
    assert text.startswith("**Style and structure: ")
    assert "alone" in text
    assert "Well done" not in text
    assert "does what it should." not in text


async def test_no_praise_for_likely_mistakes_while_a_test_fails() -> None:
    fails = found("LF301", 0, name="The test 'x'", detail="It should be 3.")
    made = await review(UNTOLD, "beginner", None, Correctness(0.5, (fails,), "tested", passed=1, total=2))
    text = markdown(made.parts)
    assert "1 of 2 tests pass" in text
    assert "What is good" not in text
    assert text.count("It should be 3.") == 1
    assert "line 0" not in text.lower()


@pytest.mark.parametrize(
    ("code", "rules"),
    [
        ("def f(items):\n    for i in range(len(items)):\n        print(items[i])\n", {"LF206"}),
        ("def f(items):\n    for i in range(len(items)):\n        print(i, items[i])\n", {"LF209"}),
        ("def f(items):\n    for i in range(len(items)):\n        items[i] = 0\n", set()),
        ("def f(items, wanted):\n    return len(items)\n", {"LF207"}),
        ("def f(items, wanted):\n    pass\n", set()),
        ("class A:\n    def f(self, wanted):\n        return 1\n", set()),
        ("for word in 'ab':\n    print(word)\nprint(word)\n", {"LF208"}),
        ("for word in 'ab':\n    print(word)\nfor word in 'cd':\n    print(word)\n", set()),
        ("for n in 'ab':\n    if n:\n        print(n)\n    else:\n        continue\n", {"LF204"}),
        ("r = []\nprint(r)\n", {"LF103"}),
        ("l2 = 4\nprint(l2)\n", {"LF103"}),
        ("n = 4\nprint(n)\n", set()),
    ],
)
def test_what_a_first_course_teaches_is_found(code: str, rules: set[str]) -> None:
    assert {finding.rule for finding in taste(code)} == rules


@pytest.mark.parametrize(
    "code",
    [
        "def at(items):\n    for i, item in enumerate(items):\n        pass\n    return i\n",
        "def sign(n):\n    if n > 0:\n        return 1\n    elif n < 0:\n        return 2\n    return 3\n",
        "def sign(n):\n    if n > 0:\n        return 1\n    elif n <= 0:\n        return 2\n    pass\n",
    ],
)
async def test_no_finding_breaks_the_program_or_contradicts_the_lesson(code: str) -> None:
    """A loop variable that is used later, `elif` after `return`, a dead `pass`."""
    made = await review(code, "learning", None, Correctness(1.0, (), "tested", passed=1, total=1))
    assert {finding.rule for finding in made.findings} <= {"LF208"}


@pytest.mark.parametrize(
    ("kind", "message", "code", "ours"),
    [
        ("ModuleNotFoundError", "No module named 'requests'", "import requests", True),
        ("ModuleNotFoundError", "No module named 'helpers'", "import helpers", True),
        ("ModuleNotFoundError", "No module named 'randon'", "import randon", False),
        ("ImportError", "libtk8.6.so: cannot open shared object file", "import tkinter", True),
        ("ImportError", "cannot import name 'sqroot' from 'math'", "from math import sqroot", False),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'a.txt'", "open('a.txt')", True),
        ("IndexError", "list index out of range", "name = sys.argv[1]", True),
        ("IndexError", "list index out of range", "name = words[1]", False),
        ("PermissionError", "[Errno 1] Operation not permitted", "subprocess.run(['ls'])", True),
        ("NameError", "name 'x' is not defined", "print(x)", False),
        ("BdbQuit", "", "breakpoint()", True),
    ],
)
def test_what_is_missing_here_is_told_from_an_error_of_the_program(
    kind: str, message: str, code: str, ours: bool
) -> None:
    assert lacking(ProgramError(type=kind, message=message, line=1), code) is ours
