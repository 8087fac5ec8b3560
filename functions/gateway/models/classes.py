"""Classes and alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from functions.gateway.models.base import Name, Shape, Storable, example

CLASS = {
    "class_id": "9c1f6a0e-2d3b-4c5d-8e9f-0a1b2c3d4e5f",
    "name": "Python 1",
    "join_code": "K7MQ2XWP",
    "created_at": "2026-11-23T08:00:00Z",
    "students": 24,
}


class NewClass(Shape):
    """A class to open."""

    model_config = example(name="Python 1")

    name: Name


class Join(Shape):
    """The code of a class."""

    model_config = example(join_code=CLASS["join_code"])

    join_code: Annotated[Storable, Field(min_length=1, max_length=40)]


class Class(Shape):
    """A class; code and number of students are shown to its teacher alone."""

    model_config = example(**CLASS)

    class_id: UUID
    name: str
    join_code: str | None = None
    created_at: datetime
    students: int | None = None


class Classes(Shape):
    """Classes, newest first."""

    model_config = example(items=[CLASS], next_cursor=None)

    items: list[Class]
    next_cursor: str | None
