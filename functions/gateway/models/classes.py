"""Classes and alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from functions.gateway.models.base import Body, Name, Shape, Storable, example

CLASS = {
    "class_id": "9c1f6a0e-2d3b-4c5d-8e9f-0a1b2c3d4e5f",
    "name": "Python 1",
    "join_code": "K7MQ2XWP",
    "created_at": "2026-11-23T08:00:00Z",
    "students": 24,
}


class NewClass(Body):
    """A class to open."""

    model_config = example(name="Python 1")

    name: Name


class Join(Body):
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
    role: Literal["owner", "teacher", "assistant"] | None = Field(
        None, description="One's own, as a teacher."
    )
    joining: bool | None = Field(None, description="Whether the code lets students in.")
    archived_at: datetime | None = None


class ClassChange(Body):
    """What to change of a class; what is left out stays."""

    model_config = example(name="Python 1b", joining=False)

    name: Name | None = None
    new_join_code: bool = Field(False, strict=True, description="Make another code; the old one ends.")
    joining: bool | None = Field(None, strict=True)
    archived: bool | None = Field(None, strict=True)


STAFF = {"teacher_id": "0e1d2c3b-4a59-4687-9706-f5e4d3c2b1a0", "display_name": "Mr Turing", "role": "teacher"}


class NewStaff(Body):
    """With whom to share a class, by the address of their account."""

    model_config = example(email="turing@example.com", role="teacher")

    email: Annotated[Storable, Field(min_length=3, max_length=254)]
    role: Literal["teacher", "assistant"] = "teacher"


class StaffMember(Shape):
    """Somebody who teaches a class."""

    model_config = example(**STAFF)

    teacher_id: UUID
    display_name: str
    role: Literal["owner", "teacher", "assistant"]


class Staff(Shape):
    """Who teaches a class; the owner first."""

    model_config = example(items=[STAFF])

    items: list[StaffMember]


class Classes(Shape):
    """Classes, newest first."""

    model_config = example(items=[CLASS], next_cursor=None)

    items: list[Class]
    next_cursor: str | None


class RosterRow(Shape):
    """What became of one row; lines are counted from 1, the header included."""

    line: int
    email: str
    name: str | None
    status: Literal["enrolled", "invited", "unchanged", "refused"]
    message: str | None = Field(None, description="Why a row was refused.")


class RosterReport(Shape):
    """What became of each row of a roster.

    `enrolled` had an account, `invited` joins on signing up with this address, `unchanged` was there before.
    """

    model_config = example(
        class_id=CLASS["class_id"],
        enrolled=1,
        invited=1,
        unchanged=0,
        refused=1,
        rows=[
            {"line": 2, "email": "maya@example.com", "name": "Maya", "status": "enrolled", "message": None},
            {"line": 3, "email": "james@example.com", "name": "James", "status": "invited", "message": None},
            {
                "line": 4,
                "email": "zoe@",
                "name": None,
                "status": "refused",
                "message": "email: is not an e-mail address",
            },
        ],
    )

    class_id: UUID
    enrolled: int
    invited: int
    unchanged: int
    refused: int
    rows: list[RosterRow]


class Expected(Shape):
    """Somebody who has not signed up yet."""

    email: str
    name: str | None
    invited_at: datetime


class ExpectedPage(Shape):
    """Who is expected in a class, by e-mail address."""

    model_config = example(
        items=[{"email": "james@example.com", "name": "James", "invited_at": "2026-11-23T08:10:00Z"}],
        next_cursor=None,
    )

    items: list[Expected]
    next_cursor: str | None
