"""Pages of the table of students, in any order and through any filter, are the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.gateway.cursors import Cursors
from functions.gateway.errors import Invalid
from functions.gateway.models.progress import ClassRow
from functions.gateway.tables import Sort, View, cut
from functions.progress.topics import TOPICS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CURSORS = Cursors("a secret of at least thirty-two characters")


def row(number: int = 1, **fields: Any) -> ClassRow:
    usual: dict[str, Any] = {
        "student_id": UUID(int=number),
        "display_name": "Maya",
        "mastery": 0.0,
        "level": "beginner",
        "topics": dict.fromkeys(TOPICS, 0.0),
        "streak_days": 0,
        "open_alerts": 0,
        "last_active_at": None,
        "last_seen_at": None,
    }
    return ClassRow(**usual | fields)


moments = st.none() | st.integers(0, 9).map(lambda n: NOW - timedelta(days=n))
tables = st.lists(
    st.builds(
        row,
        display_name=st.sampled_from(["Maya", "maya", "James", "Zoë", "Ahmed"]),
        mastery=st.sampled_from([0.0, 40.9, 71.0]),
        streak_days=st.integers(0, 3),
        open_alerts=st.integers(0, 2),
        last_active_at=moments,
        last_seen_at=moments,
    ),
    max_size=12,
).map(
    lambda rows: [one.model_copy(update={"student_id": UUID(int=number)}) for number, one in enumerate(rows)]
)


def pages(rows: list[ClassRow], view: View) -> list[ClassRow]:
    """All pages, one after the other."""
    found: list[ClassRow] = []
    while True:
        page = cut(rows, view, "class", CURSORS, NOW)
        found += page.rows
        if page.next_cursor is None:
            return found
        assert len(page.rows) == view.limit
        view = replace(view, cursor=page.next_cursor)


@given(tables, st.sampled_from(get_args(Sort)), st.integers(1, 4))
def test_the_pages_together_are_the_sorted_table(rows: list[ClassRow], sort: Any, limit: int) -> None:
    found = pages(rows, View(sort=sort, limit=limit))
    assert sorted(one.student_id for one in found) == [one.student_id for one in rows]
    column = {"name": "display_name"}.get(sort.lstrip("-"), sort.lstrip("-"))
    values = [value for one in found if (value := getattr(one, column)) is not None]
    values = [value.casefold() if isinstance(value, str) else value for value in values]
    assert values == sorted(values, reverse=sort.startswith("-"))
    if column.endswith("_at"):
        assert [getattr(one, column) for one in found[: len(values)]] == values


def test_filters_leave_out_who_is_not_asked_for() -> None:
    week_ago, today = NOW - timedelta(days=8), NOW - timedelta(hours=1)
    rows = [
        row(1, level="learning", open_alerts=2, last_active_at=today),
        row(2, display_name="James", last_active_at=week_ago),
        row(3, display_name="Jamila"),
    ]
    asked = {
        "level": View(level="learning"),
        "alerts": View(alerts=True),
        "none": View(alerts=False),
        "gone": View(inactive_days=7),
        "name": View(name="JAM"),
        "both": View(name="jam", inactive_days=30),
    }
    found = {name: [one.student_id.int for one in pages(rows, view)] for name, view in asked.items()}
    assert found == {
        "level": [1],
        "alerts": [1],
        "none": [2, 3],
        "gone": [2, 3],
        "name": [2, 3],
        "both": [3],
    }


def test_mastery_is_sorted_by_the_topic_that_is_named() -> None:
    rows = [row(n, mastery=90 - n, topics=dict.fromkeys(TOPICS, 0.0) | {"oop": 10.0 * n}) for n in range(3)]
    found = pages(rows, View(sort="-mastery", topic="oop"))
    assert [one.student_id.int for one in found] == [2, 1, 0]


@pytest.mark.parametrize("other", [View(sort="-name"), View(level="beginner"), View(topic="oop")])
def test_a_cursor_goes_on_only_in_the_order_it_was_given_out_for(other: View) -> None:
    cursor = cut([row(1), row(2)], View(limit=1), "class", CURSORS, NOW).next_cursor
    with pytest.raises(Invalid, match="another order"):
        cut([row(1), row(2)], replace(other, cursor=cursor), "class", CURSORS, NOW)
    with pytest.raises(Invalid, match="another order"):
        cut([row(1), row(2)], View(cursor=cursor), "another class", CURSORS, NOW)


@pytest.mark.parametrize("place", [0, 5, 20, 40])
def test_a_changed_cursor_is_refused(place: int) -> None:
    cursor = cut([row(1), row(2)], View(limit=1), "class", CURSORS, NOW).next_cursor or ""
    changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    with pytest.raises(Invalid, match="not one that was given out"):
        cut([row(1), row(2)], View(cursor=changed), "class", CURSORS, NOW)
