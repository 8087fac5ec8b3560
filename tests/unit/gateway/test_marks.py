"""Gradebooks: all students and exercises, the teacher's word first, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.gateway.marks import FORMULA, Mark, Pupil, Target, by_family, titles, written
from functions.gateway.queries.hand_ins import lines

TARGETS = get_args(Target)


def mark(number: int = 1, **fields: Any) -> Mark:
    usual: dict[str, Any] = {
        "exercise_id": UUID(int=number),
        "family": f"family-{number}",
        "title": f"Task {number}",
        "topic": "oop",
        "difficulty": "easy",
        "computed_score": 0.5,
        "submissions": 1,
    }
    return Mark(**usual | fields)


def said(score: float, at: str = "2026-11-24T10:00:00+00:00") -> dict[str, Any]:
    return {"score": score, "reason": "x", "by": "Ms Lovelace", "at": at}


def pupil(*marks: Mark, **fields: Any) -> Pupil:
    usual = {"student_id": UUID(int=7), "display_name": "Maya", "email": "maya@example.com"}
    return Pupil(**usual | fields, marks=marks)


def cells(pupils: list[Pupil], target: Target) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written(pupils, target), newline="")))


def test_moodle_finds_a_student_by_address() -> None:
    rows = cells([pupil(mark(), mark(2, computed_score=1 / 3))], "moodle")
    assert rows == [
        ["Email address", "Full name", "Task 1", "Task 2"],
        ["maya@example.com", "Maya", "50", "33.3333"],
    ]


def test_canvas_has_its_five_columns_and_the_possible_points() -> None:
    rows = cells([pupil(mark())], "canvas")
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Task 1"],
        ["Points Possible", "", "", "", "", "100"],
        ["Maya", "", "", "maya@example.com", "", "50"],
    ]


def test_plain_is_the_score_as_the_api_has_it() -> None:
    rows = cells(
        [pupil(mark(computed_score=1.0)), pupil(display_name="Noor", email="n@example.com")], "plain"
    )
    assert rows == [
        ["name", "email", "Task 1"],
        ["Maya", "maya@example.com", "1"],
        ["Noor", "n@example.com", ""],
    ]


def test_no_marks_are_a_table_of_names() -> None:
    assert cells([pupil()], "plain") == [["name", "email"], ["Maya", "maya@example.com"]]
    assert cells([], "moodle") == [["Email address", "Full name"]]


@pytest.mark.parametrize("score", [0.0, 0.2, 0.9])
def test_an_override_counts_whether_higher_or_lower(score: float) -> None:
    assert mark(override=said(score)).score == score
    assert mark(computed_score=None, override=said(score)).score == score
    assert by_family([mark(override=said(score)), mark(computed_score=1.0)]) == {"family-1": score}


def test_of_variations_the_best_counts_and_the_last_override_before_it() -> None:
    low, high = mark(computed_score=0.2), mark(2, family="family-1", computed_score=0.7)
    assert by_family([low, high]) == by_family([high, low]) == {"family-1": 0.7}
    early = mark(override=said(0.9, "2026-11-24T10:00:00+00:00"))
    late = mark(2, family="family-1", override=said(0.1, "2026-11-25T10:00:00+00:00"))
    for order in ([early, late, high], [high, late, early]):
        assert by_family(order) == {"family-1": 0.1}


def test_two_exercises_of_one_title_are_two_columns() -> None:
    marks = [mark(1, title="Sum"), mark(2, title="sum"), mark(3, title="Sum (2)"), mark(4, title="Sum")]
    names = titles(marks)
    assert set(names) == {one.family for one in marks}
    assert len({name.casefold() for name in names.values()}) == len(marks)


@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.text(max_size=8), st.sampled_from(("", *FORMULA, "=1+1", "@x"))),
        max_size=4,
    ),
    st.sampled_from(TARGETS),
)
def test_no_cell_begins_like_a_formula(names: list[tuple[str, str, str]], target: Target) -> None:
    pupils = [
        pupil(mark(n, title=begin + title), display_name=begin + name, email=begin + "a@example.com")
        for n, (name, title, begin) in enumerate(names)
    ]
    rows = cells(pupils, target)
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(pupils) + (2 if target == "canvas" else 1)
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]


@given(st.text(max_size=20), st.sampled_from(FORMULA))
def test_an_apostrophe_is_all_that_is_added(name: str, begin: str) -> None:
    for given_name in (name, begin + name):
        shown = cells([pupil(display_name=given_name)], "plain")[1][0]
        assert shown == (f"'{given_name}" if given_name.startswith(FORMULA) else given_name)


@pytest.mark.parametrize(
    ("code", "count"),
    [("x", 1), ("x\n", 1), ("x\ny", 2), ("x\r\ny\r\n", 2), ("x\ry", 2), ("\n\n", 2), ("a\x0cb", 1)],
)
def test_lines_are_counted_as_python_counts_them(code: str, count: int) -> None:
    assert lines(code) == count
