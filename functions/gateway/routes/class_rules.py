"""What the teachers of a class let the tutor do in it."""

from __future__ import annotations

from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter

from functions.gateway.access import Teacher, User
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.class_rules import Exam, NewRules, Rules
from functions.gateway.queries import class_rules, classes
from functions.gateway.state import Gw

router = APIRouter(prefix="/classes/{class_id}/rules", tags=["classes"])


@router.put("", summary="Make the rules of a class", responses=WRITE | problems(403, 404))
async def make(class_id: UUID, new: NewRules, who: Teacher, gw: Gw) -> Rules:
    """Say what the tutor may do in a class, all at once.

    For a student of several classes the stricter rule holds.
    """
    exam = (new.exam.from_, new.exam.until) if new.exam else (None, None)
    values = (new.tutor, new.model, new.highest_rung, new.messages_a_day, new.not_yet, new.wording)
    async with gw.read() as db, db.transaction():
        await classes.led(db, class_id, who.user_id)
        await class_rules.keep(db, class_id, (*values, *exam, gw.now))
        return shown(await class_rules.read(db, class_id), gw)


@router.get("", summary="The rules of a class", responses=READ)
async def of_class(class_id: UUID, who: User, gw: Gw) -> Rules:
    """Show the rules that hold in a class, to its teachers and its students."""
    async with gw.read() as db:
        if who.role == "teacher":
            await classes.seen(db, class_id, who.user_id)
        else:
            await class_rules.require_member(db, class_id, who.user_id)
        return shown(await class_rules.read(db, class_id), gw)


def shown(row: Record | None, gw: Gw) -> Rules:
    """Show the rules of a class, or what holds without any."""
    if row is None:
        return Rules(**NewRules.model_validate({}).model_dump(), exam_now=False, changed_at=None)
    fields = dict(row)
    begins, ends = fields.pop("exam_from"), fields.pop("exam_until")
    exam = Exam.model_validate({"from": begins, "until": ends}) if begins is not None else None
    return Rules(**fields, exam=exam, exam_now=exam is not None and begins <= gw.now < ends)
