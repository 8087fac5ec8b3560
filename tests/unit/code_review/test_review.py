"""A review finds what it promises, rates it reproducibly, and tells a student what fits their level."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.code_review.rating import rate
from functions.code_review.review import heard, review
from functions.code_review.rulebook import Dimension, found, rulebook
from functions.code_review.structure import inspect
from functions.tutor.answer import markdown
from functions.tutor.library import Level
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
