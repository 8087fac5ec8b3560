"""Lists, page by page: newest first, continued from a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from asyncpg import Record
from fastapi import Query

from functions.gateway.cursors import Cursors, Place

Limit = Annotated[int, Query(ge=1, le=100, description="How many to give at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")]
LIMIT = 20


def page(rows: Sequence[Record], limit: int, cursors: Cursors, at: str, key: str) -> dict[str, Any]:
    """Cut a page off rows of which one more than the limit was asked for."""
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    cursor = cursors.write(Place(last[at], last[key])) if last else None
    return {"items": [dict(row) for row in rows[:limit]], "next_cursor": cursor}


def after(place: Place | None) -> tuple[Any, Any]:
    """Give the parameters of a query that goes on after a place; both None for the first page."""
    return (None, None) if place is None else (place.at, place.id)
