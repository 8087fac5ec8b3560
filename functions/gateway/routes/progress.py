"""Progress: one's own, of a student one teaches, of a class."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from functions.domain import mastery, progress_read
from functions.domain.progress import Progress
from functions.gateway.access import Teacher, User
from functions.gateway.errors import NotFound
from functions.gateway.models.base import READ, problems
from functions.gateway.models.progress import PROGRESS, ClassProgress, ClassRow
from functions.gateway.queries import classes
from functions.gateway.state import Gateway, Gw, RequestId
from functions.runtime.database import Connection

router = APIRouter(tags=["progress"])
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"example": PROGRESS}}}}


@router.get("/progress", summary="One's own progress", responses=READ | SHOWN)
async def mine(who: User, gw: Gw) -> Progress:
    """Show mastery of all eight topics with its parts and their evidence, the streak, and what was last."""
    async with gw.read() as db:
        return await progress_read.progress_of(db, who.user_id, gw.now, gw.mastery)


@router.get("/students/{student_id}/progress", summary="The progress of a student", responses=READ | SHOWN)
async def of_student(student_id: UUID, who: User, gw: Gw, request_id: RequestId) -> Progress:
    """Show a student to one of their teachers, or to themselves. Who looked is kept."""
    async with gw.read() as db:
        await require_view(db, gw, who, student_id, request_id)
        return await progress_read.progress_of(db, student_id, gw.now, gw.mastery)


@router.get(
    "/classes/{class_id}/progress",
    summary="The table of a class",
    responses=READ | problems(403),
    tags=["classes"],
)
async def of_class(class_id: UUID, who: Teacher, gw: Gw, request_id: RequestId) -> ClassProgress:
    """Show the students of a class with mastery, streak and open alerts. Who looked is kept."""
    async with gw.read() as db:
        found = await classes.owned(db, class_id, who.user_id)
        table = await progress_read.class_table(db, class_id, gw.now, gw.mastery)
        students = [row.student_id for row in table]
        await classes.viewed(db, who.user_id, students, "class progress", request_id)
    levels = [mastery.level(Fraction(str(row.mastery)), gw.mastery) for row in table]
    rows = [ClassRow(**asdict(row), level=level) for row, level in zip(table, levels, strict=True)]
    return ClassProgress(class_id=class_id, name=found["name"], join_code=found["join_code"], students=rows)


async def require_view(db: Connection, gw: Gateway, who: User, student_id: UUID, request_id: str) -> None:
    """Raise NotFound unless the student is oneself or in a class of one's own; keep who looked at whom."""
    if who.user_id == student_id:
        return
    if who.role != "teacher":
        raise NotFound("there is no such student")
    await classes.require_teacher_of(db, who.user_id, student_id)
    await classes.viewed(db, who.user_id, [student_id], "progress", request_id)
