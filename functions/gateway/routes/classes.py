"""Classes, and who is in them."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from functions.alerts.notifying import tell_who_joined
from functions.gateway.access import Student, Teacher, User
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.classes import (
    Class,
    ClassChange,
    Classes,
    Expected,
    ExpectedPage,
    Join,
    NewClass,
    RosterReport,
    RosterRow,
)
from functions.gateway.paging import Cursor, Limit, page
from functions.gateway.queries import classes, rosters, staff
from functions.gateway.roster import Entry, read
from functions.gateway.state import Gw, RequestId
from functions.gateway.tables import Cursor as TextCursor

router = APIRouter(prefix="/classes", tags=["classes"])
# No letters and digits that are taken for one another when read out in class.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
MANY = 100
Archived = Annotated[bool, Query(description="Only those that were put away; a teacher's alone.")]
LEFT = "left this class, and comes back with its join code alone"


@router.post("", status_code=201, summary="Open a class", responses=WRITE | problems(403))
async def create(new: NewClass, who: Teacher, gw: Gw) -> Class:
    """Open a class; students join it with its code."""
    async with gw.read() as db:
        return Class(**await classes.write(db, uuid4(), who.user_id, new.name, new_code(), gw.now))


@router.patch("/{class_id}", summary="Change a class", responses=WRITE | problems(403, 404))
async def change(class_id: UUID, new: ClassChange, who: Teacher, gw: Gw) -> Class:
    """Rename a class, give it another code, close or open joining, put it away or take it out again."""
    code = new_code() if new.new_join_code else None
    async with gw.read() as db, db.transaction():
        await classes.led(db, class_id, who.user_id)
        await staff.change(db, class_id, new.name, code, new.joining, new.archived, gw.now)
        return Class(**await classes.led(db, class_id, who.user_id))


@router.delete(
    "/{class_id}",
    status_code=204,
    response_class=Response,
    summary="Delete a class",
    responses=READ | problems(403),
)
async def delete(class_id: UUID, who: Teacher, gw: Gw) -> None:
    """Delete a class with its roster and assignments, as its owner; what students did stays theirs."""
    async with gw.read() as db, db.transaction():
        await staff.delete(db, class_id, who.user_id)


@router.post("/join", summary="Join a class", responses=WRITE | problems(403, 404))
async def join(code: Join, who: Student, gw: Gw) -> Class:
    """Join a class by its code; to join again changes nothing. Its teacher hears of alerts that are open."""
    async with gw.read() as db, db.transaction():
        found = await classes.join(db, code.join_code.strip().upper(), who.user_id)
        if found["new"]:
            for teacher_id in await staff.leads(db, found["class_id"]):
                await tell_who_joined(db, who.user_id, teacher_id)
    return Class(**found)


@router.get("", summary="One's own classes", responses=READ)
async def mine(
    who: User, gw: Gw, archived: Archived = False, limit: Limit = MANY, cursor: Cursor = None
) -> Classes:
    """List the classes one teaches, or is in, newest first."""
    place = gw.cursors.read(cursor)
    teaches = who.role == "teacher"
    async with gw.read() as db:
        if teaches:
            rows = await classes.taught(db, who.user_id, place, limit, archived=archived)
        else:
            rows = await classes.joined(db, who.user_id, place, limit)
    found = page(rows, limit, gw.cursors, "created_at" if teaches else "joined_at", "class_id")
    return Classes(**found)


@router.post(
    "/{class_id}/roster",
    summary="Put the students of a CSV file into a class",
    responses=WRITE | problems(403, 404),
)
async def enter(
    class_id: UUID,
    roster: Annotated[
        bytes,
        Body(
            media_type="text/csv", examples=["email,name\nmaya@example.com,Maya\njames@example.com,James\n"]
        ),
    ],
    who: Teacher,
    gw: Gw,
    request_id: RequestId,
) -> RosterReport:
    """Read `email` and `name` (or `first name`, `last name`) of each row, and report what became of it.

    Students with an account are in the class at once, the others as soon as they sign up with the address. A
    row with a mistake is refused and the others go on. The same file again changes nothing. The columns are
    parted by commas, semicolons or tabs; the file is UTF-8 and at most 64 KiB long.
    """
    entries = read(roster)
    async with gw.read() as db, db.transaction():
        await classes.led(db, class_id, who.user_id)
        good = [one for one in entries if one.problem is None]
        became = await rosters.enter(db, class_id, who.user_id, good, request_id)
    rows = [reported(one, became) for one in entries]
    counts = Counter(row.status for row in rows)
    numbers = {status: counts[status] for status in ("enrolled", "invited", "unchanged", "refused")}
    return RosterReport(class_id=class_id, rows=rows, **numbers)


@router.get("/{class_id}/roster", summary="Who is expected in a class", responses=READ | problems(403))
async def expected(
    class_id: UUID, who: Teacher, gw: Gw, limit: Limit = MANY, cursor: TextCursor = None
) -> ExpectedPage:
    """List who was put on the roster and has not signed up yet."""
    listing = f"roster/{class_id}"
    key = gw.cursors.read_key(listing, cursor)
    async with gw.read() as db:
        await classes.seen(db, class_id, who.user_id)
        rows = await rosters.expected(db, class_id, key[0] if key else None, limit)
    more = len(rows) > limit
    further = gw.cursors.write_key(listing, [rows[limit - 1]["email"]]) if more else None
    return ExpectedPage(items=[Expected(**row) for row in rows[:limit]], next_cursor=further)


@router.delete(
    "/{class_id}/roster/{email}",
    status_code=204,
    response_class=Response,
    summary="Take a line off the roster",
    responses=READ | problems(403),
)
async def unexpect(class_id: UUID, email: str, who: Teacher, gw: Gw) -> None:
    """Expect somebody no longer, after a typing error in the address for example."""
    async with gw.read() as db:
        await classes.led(db, class_id, who.user_id)
        await rosters.unexpect(db, class_id, email)


@router.delete(
    "/{class_id}/students/{student_id}",
    status_code=204,
    response_class=Response,
    summary="Leave a class, or take a student out of it",
    responses=READ,
)
async def leave(class_id: UUID, student_id: UUID, who: User, gw: Gw) -> None:
    """End a student's membership: the student's own doing, or that of the teacher of the class."""
    async with gw.read() as db, db.transaction():
        await rosters.leave(db, class_id, student_id, who.user_id)


def new_code() -> str:
    """Draw a code for joining."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def reported(entry: Entry, became: Mapping[str, rosters.Became]) -> RosterRow:
    """Say what became of a row."""
    status = "refused" if entry.problem else became[entry.email]
    if status == "left":
        return RosterRow(line=entry.line, email=entry.email, name=entry.name, status="refused", message=LEFT)
    why = entry.problem or ("email: belongs to a teacher" if status == "refused" else None)
    return RosterRow(line=entry.line, email=entry.email, name=entry.name, status=status, message=why)
