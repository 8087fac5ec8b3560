"""Who teaches a class: shared with colleagues and assistants."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from functions.gateway.access import Teacher, User
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.classes import NewStaff, Staff, StaffMember
from functions.gateway.queries import staff
from functions.gateway.state import Gw

router = APIRouter(prefix="/classes/{class_id}/teachers", tags=["classes"])


@router.get("", summary="Who teaches a class", responses=READ)
async def listed(class_id: UUID, who: User, gw: Gw) -> Staff:
    """List the teachers and assistants of a class, to them and to its students."""
    async with gw.read() as db:
        rows = await staff.staff_of(db, class_id, who.user_id)
    return Staff(items=[StaffMember(**row) for row in rows])


@router.post("", status_code=201, summary="Share a class", responses=WRITE | problems(403, 404, 409))
async def share(class_id: UUID, new: NewStaff, who: Teacher, gw: Gw) -> StaffMember:
    """Share a class with a teacher who has an account, as its owner; again with another role changes it.

    A `teacher` does all that the owner does except deleting and sharing. An `assistant` sees progress,
    hand-ins and marks, and comments.
    """
    async with gw.read() as db, db.transaction():
        found = await staff.add(db, class_id, who.user_id, new.email, new.role, gw.now)
    return StaffMember(teacher_id=found["user_id"], display_name=found["display_name"], role=new.role)


@router.delete(
    "/{teacher_id}",
    status_code=204,
    response_class=Response,
    summary="End sharing a class",
    responses=READ | problems(403),
)
async def leave(class_id: UUID, teacher_id: UUID, who: Teacher, gw: Gw) -> None:
    """End that a teacher shares a class: the owner may, and the teacher themselves."""
    async with gw.read() as db, db.transaction():
        await staff.remove(db, class_id, teacher_id, who.user_id)
