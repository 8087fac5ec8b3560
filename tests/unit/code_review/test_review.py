"""A review finds what it promises, rates it reproducibly, and tells a student what fits their level."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.models import Level
from functions.answers import answer
from functions.answers.answer import Answer, markdown
from functions.code_review.correctness import Correctness, examples_told
from functions.code_review.opinions import MARK, set_apart
from functions.code_review.rating import rate
from functions.code_review.review import heard, review
from functions.code_review.rulebook import Dimension, found, rulebook
from functions.code_review.structure import inspect
from functions.concepts.readability import grade
from tests.fakes.golden import matches

HERE = Path(__file__).parent
FINDINGS = st.lists(st.builds(found, st.sampled_from(sorted(rulebook())), st.integers(1, 20)), max_size=20)
EIGHT = [
    *(found(code, 1) for code in ("A001", "A001", "E741", "RET504", "SIM102")),
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


async def test_a_beginner_hears_of_mistakes_only() -> None:
    made = await review(UNTIDY, "beginner")
    dimensions: set[Dimension] = {finding.dimension for finding in heard(made.findings, "beginner")}
    assert dimensions == {"error-prone"}
    assert len(made.findings) > 3


async def test_a_program_that_stops_is_not_praised_for_running() -> None:
    crash = Correctness(0.0, (found("LF302", 1, name="NameError: name 'x' is not defined"),))
    made = await review("print(x)\nimport os\nF = lambda l: l\n", "beginner", None, crash)
    assert "read and run" not in markdown(made.parts)


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


def test_remarks_of_a_model_are_set_apart_as_its_opinion() -> None:
    parts = (answer.text("**Quality: 90 of 100**"), answer.text(SAID), answer.onward("**Next:** go on."))
    apart = set_apart(Answer(parts, model="some-model", degraded=False))
    assert [part.text for part in apart.parts] == [
        "**Quality: 90 of 100**",
        "You wrote it well.",
        f"{MARK}\nI would read the prices from a file.\nNice names.",
        "**Next:** go on.",
    ]
    assert set_apart(Answer(parts)).parts == parts


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
    fails = found("LF301", 2, name="Your example add(2, 3)", detail="add(2, 3) should give 5, but gave -1.")
    made = await review(WRONG, level, None, Correctness(0.0, (fails,)))
    assert matches(HERE / "golden" / f"example-fails-{level}.txt", markdown(made.parts))
