"""Progress: one's own, of a student one teaches, of a class."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.gateway import class_table
from functions.gateway.access import Teacher, User
from functions.gateway.errors import Invalid
from functions.gateway.models.base import READ, problems
from functions.gateway.models.progress import HISTORY, PROGRESS, ClassProgress, StudentPage
from functions.gateway.queries import classes
from functions.gateway.state import Gateway, Gw, RequestId
from functions.gateway.tables import StudentView, cut
from functions.progress import reading
from functions.progress.errors import BadPeriod
from functions.progress.overview import Progress
from functions.progress.reading import History, Period
from functions.runtime.database import Connection

router = APIRouter(tags=["progress"])
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"example": PROGRESS}}}}
COURSE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"example": HISTORY}}}}


async def period(
    first: Annotated[date | None, Query(alias="from", description="First day; 30 days up to `to`.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last day; today.")] = None,
) -> Period:
    """Read which days are asked for."""
    return Period(first, last)


Days = Annotated[Period, Depends(period)]


@router.get("/progress", summary="Get my progress", responses=READ | SHOWN)
async def mine(who: User, gw: Gw) -> Progress:
    """Show mastery of all eight topics with its parts and their evidence, the streak, and what was last."""
    async with gw.read() as db:
        return await reading.progress_of(db, who.user_id, gw.now, gw.mastery)


@router.get("/progress/history", summary="Get my progress over time", responses=READ | COURSE)
async def my_history(who: User, gw: Gw, days: Days) -> History:
    """Show mastery as it was at the end of each day, in one's time zone; 366 days at most."""
    async with gw.read() as db:
        return await history(db, gw, who.user_id, days)


@router.get("/students/{student_id}/progress", summary="The progress of a student", responses=READ | SHOWN)
async def of_student(student_id: UUID, who: User, gw: Gw, request_id: RequestId) -> Progress:
    """Show a student to one of their teachers, or to themselves. Access is logged."""
    async with gw.read() as db:
        await classes.require_view(db, who.user_id, who.role, student_id, "progress", request_id)
        return await reading.progress_of(db, student_id, gw.now, gw.mastery)


@router.get(
    "/students/{student_id}/progress/history",
    summary="The course of a student's progress",
    responses=READ | COURSE,
)
async def history_of_student(
    student_id: UUID, who: User, gw: Gw, request_id: RequestId, days: Days
) -> History:
    """Show a student's mastery as it was at the end of each day, in the student's time zone.

    Access is logged.
    """
    async with gw.read() as db:
        await classes.require_view(db, who.user_id, who.role, student_id, "progress history", request_id)
        return await history(db, gw, student_id, days)


@router.get("/students", summary="All students one teaches", responses=READ | problems(403), tags=["classes"])
async def of_teacher(who: Teacher, gw: Gw, request_id: RequestId, view: StudentView) -> StudentPage:
    """Show the students of all one's classes, each once, as the table of a class does. Access is logged."""
    async with gw.read() as db:
        table = await class_table.of_teacher(db, who.user_id, gw.now, gw.mastery)
        found = cut(table, view, str(who.user_id), gw.cursors, gw.now)
        await classes.viewed(db, who.user_id, [row.student_id for row in found.rows], "students", request_id)
    return StudentPage(items=found.rows, next_cursor=found.next_cursor)


@router.get(
    "/classes/{class_id}/progress",
    summary="The table of a class",
    responses=READ | problems(403),
    tags=["classes"],
)
async def of_class(
    class_id: UUID, who: Teacher, gw: Gw, request_id: RequestId, view: StudentView
) -> ClassProgress:
    """Show the students of a class with mastery, streak and open alerts. Access is logged."""
    async with gw.read() as db:
        of = await classes.seen(db, class_id, who.user_id)
        table = await class_table.of_class(db, class_id, gw.now, gw.mastery)
        found = cut(table, view, str(class_id), gw.cursors, gw.now)
        students = [row.student_id for row in found.rows]
        await classes.viewed(db, who.user_id, students, "class progress", request_id)
    return ClassProgress(
        class_id=class_id,
        name=of["name"],
        join_code=of["join_code"],
        students=found.rows,
        next_cursor=found.next_cursor,
    )


async def history(db: Connection, gw: Gateway, student_id: UUID, days: Period) -> History:
    """Read the days that are asked for; raises Invalid naming the end that is wrong."""
    try:
        return await reading.history_of(db, student_id, days, gw.now, gw.mastery)
    except BadPeriod as error:
        raise Invalid(str(error), field=error.field) from None
