"""The table of students: filtered, sorted, cut into pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from events.models import Level, Topic
from functions.gateway.cursors import Cursors
from functions.gateway.models.base import Storable
from functions.gateway.models.progress import ClassRow

Sort = Literal[
    "name",
    "-name",
    "mastery",
    "-mastery",
    "streak_days",
    "-streak_days",
    "open_alerts",
    "-open_alerts",
    "last_active_at",
    "-last_active_at",
    "last_seen_at",
    "-last_seen_at",
]
Key = list[Any]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before.")]


@dataclass(frozen=True, slots=True)
class View:
    """Which students are asked for, in which order.

    With a topic, mastery is that of the topic alone.
    """

    sort: Annotated[Sort, Query(description="What to sort by; `-` before it: the greatest first.")] = "name"
    level: Annotated[Level | None, Query(description="Only students of this level.")] = None
    topic: Annotated[Topic | None, Query(description="Sort by mastery of this topic.")] = None
    alerts: Annotated[bool | None, Query(description="Only students with open alerts, or without.")] = None
    inactive_days: Annotated[
        int | None, Query(ge=1, le=365, description="Only students without activity for so many days.")
    ] = None
    name: Annotated[Storable | None, Query(max_length=100, description="Only names with this in them.")] = (
        None
    )
    limit: Annotated[int, Query(ge=1, le=200, description="How many to give at most.")] = 100
    cursor: Cursor = None

    @property
    def listing(self) -> str:
        """Name the order and the filters."""
        parts = (self.sort, self.level, self.topic, self.alerts, self.inactive_days, self.name)
        return "/".join("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Page:
    """The students of one page, and where the next one goes on."""

    rows: list[ClassRow]
    next_cursor: str | None


def cut(rows: Iterable[ClassRow], view: View, of: str, cursors: Cursors, now: datetime) -> Page:
    """Cut a page off a table; `of` says whose it is. Raises Invalid for a cursor of another table."""
    listing = f"{of}/{view.listing}"
    place = cursors.read_key(listing, view.cursor)
    down = view.sort.startswith("-")
    keyed = sorted(
        ((key(row, view), row) for row in rows if matches(row, view, now)),
        key=lambda one: one[0],
        reverse=down,
    )
    if place is not None:
        keyed = [one for one in keyed if (one[0] < place if down else one[0] > place)]
    last = keyed[view.limit - 1][0] if len(keyed) > view.limit else None
    cursor = cursors.write_key(listing, last) if last is not None else None
    return Page([row for _, row in keyed[: view.limit]], cursor)


def matches(row: ClassRow, view: View, now: datetime) -> bool:
    """Tell whether a student is asked for."""
    if view.level is not None and row.level != view.level:
        return False
    if view.alerts is not None and bool(row.open_alerts) != view.alerts:
        return False
    if view.name is not None and view.name.casefold() not in row.display_name.casefold():
        return False
    if view.inactive_days is None or row.last_active_at is None:
        return True
    return row.last_active_at < now - timedelta(days=view.inactive_days)


def key(row: ClassRow, view: View) -> Key:
    """Place a student in the order; the id decides between equals, who was never there comes last."""
    column, down = view.sort.lstrip("-"), view.sort.startswith("-")
    if column == "name":
        return [row.display_name.casefold(), str(row.student_id)]
    if column == "mastery" and view.topic is not None:
        return [row.topics[view.topic], str(row.student_id)]
    value = getattr(row, column)
    if column.endswith("_at"):
        return [(value is None) != down, value.timestamp() if value else 0, str(row.student_id)]
    return [value, str(row.student_id)]


StudentView = Annotated[View, Depends(View)]
