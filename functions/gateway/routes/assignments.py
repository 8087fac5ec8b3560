"""Assignments: given to a class until a date, changed, extended for a student, and seen by both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic_core import to_jsonable_python
from starlette.responses import Response

from functions.gateway import assigning
from functions.gateway.access import Teacher, TeachingWorker, User
from functions.gateway.errors import Invalid, NotFound, NotNow
from functions.gateway.models.assignments import (
    Assignment,
    AssignmentChange,
    Assignments,
    Dates,
    Extended,
    Extension,
    MadeAssignment,
    NewAssignment,
)
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.queries import assignments, classes, handing_out, idempotency
from functions.gateway.routes.chat import IdempotencyKey
from functions.gateway.state import Gw, Traceparent
from functions.runtime.database import Connection
from functions.runtime.stream import push
from functions.runtime.work import RequestWork

router = APIRouter(tags=["assignments"])
ONE_OF = ("exercise_id", "quiz_id", "topic")
KEPT = ("title", "opens", "due", "attempts", "hints", "show_score")


@router.post(
    "/classes/{class_id}/assignments",
    status_code=201,
    summary="Give a class something to do",
    responses=WRITE | problems(403, 404, 409),
)
async def create(
    class_id: UUID,
    new: NewAssignment,
    who: TeachingWorker,
    gw: Gw,
    idempotency_key: IdempotencyKey = None,
    traceparent: Traceparent = None,
) -> MadeAssignment:
    """Give the same exercise or quiz to all of a class, or to each an exercise of their own on a topic.

    Each student gets their own copy once it is open. Who joins the class later gets it, too, unless
    `students` names whom it is for. Without `late` nothing is taken after the due date.
    """
    made = MadeAssignment(assignment_id=uuid4())
    async with gw.transaction(made.assignment_id, traceparent) as work:
        await classes.led(work.db, class_id, who.user_id)
        key = (f"assignment of {class_id}", idempotency_key)
        if earlier := await idempotency.repeated(work.db, who.user_id, *key, new, made):
            return earlier
        about = await subject(work.db, new, who.user_id)
        fields = {
            name: value for name, value in new.model_dump().items() if name in KEPT and value is not None
        }
        fields = about | fields | late_fields(new)
        check_dates(fields)
        fields |= {"class_id": class_id, "teacher_id": who.user_id, "chosen": new.students is not None}
        await keep(work, made.assignment_id, fields | {"created_at": work.now}, new.students)
    return made


@router.get("/assignments", summary="What is to be done until when", responses=READ)
async def listed(who: User, gw: Gw, class_id: UUID | None = None) -> Assignments:
    """List one's own assignments, the next due first; to a teacher those of their classes, with how many
    handed in. A class that is not one's own has none."""
    if who.role == "teacher":
        async with gw.read() as db:
            rows = await assignments.taught(db, who.user_id, class_id)
        return Assignments(items=[Assignment(**assigning.to_teacher(dict(row), gw.now)) for row in rows])
    await assigning.catch_up(gw, who.user_id)
    async with gw.read() as db:
        rows = await assignments.of_student(db, who.user_id, class_id)
    return Assignments(items=[Assignment(**assigning.to_student(dict(row), gw.now)) for row in rows])


@router.patch(
    "/assignments/{assignment_id}", summary="Change an assignment", responses=WRITE | problems(403, 404)
)
async def change(assignment_id: UUID, new: AssignmentChange, who: Teacher, gw: Gw) -> MadeAssignment:
    """Change dates, terms, or whom it is for; what is given stays the same. The students hear of it."""
    said = new.model_dump(exclude_unset=True)
    kept_back = ("title", "hints", "show_score")
    said = {name: value for name, value in said.items() if value is not None or name not in kept_back}
    async with gw.transaction(assignment_id) as work:
        before = dict(await assignments.owned(work.db, assignment_id, who.user_id))
        before.pop("class_name")
        fields = before | {name: value for name, value in said.items() if name in KEPT}
        if "late" in said:
            fields |= late_fields(new)
        check_dates(fields)
        if "students" in said:
            fields["chosen"] = new.students is not None
        await keep(work, assignment_id, fields, new.students)
    return MadeAssignment(assignment_id=assignment_id)


@router.delete(
    "/assignments/{assignment_id}",
    status_code=204,
    response_class=Response,
    summary="Take an assignment back",
    responses=READ | problems(403),
)
async def delete(assignment_id: UUID, who: Teacher, gw: Gw) -> None:
    """Take an assignment back: its dates hold no longer; exercises and hand-ins stay the students' own."""
    async with gw.read() as db, db.transaction():
        await assignments.owned(db, assignment_id, who.user_id)
        await assignments.delete(db, assignment_id)


@router.post(
    "/assignments/{assignment_id}/extensions",
    status_code=201,
    summary="Give a student more time",
    responses=WRITE | problems(403, 404),
)
async def extend(assignment_id: UUID, more: Extension, who: Teacher, gw: Gw) -> Extended:
    """Give one student a later due date than the others; another one takes its place."""
    async with gw.transaction(assignment_id) as work:
        found = await assignments.owned(work.db, assignment_id, who.user_id)
        if more.student_id not in await assignments.whom(work.db, assignment_id):
            raise Invalid("is not among the students who have this to do", field="student_id")
        if found["due"] is None:
            raise Invalid("there is no due date to extend", field="due")
        if more.due <= found["due"]:
            raise Invalid("must be later than the due date of the others", field="due")
        await assignments.extend(work.db, assignment_id, more.student_id, more.due)
        told = {"assignment_id": assignment_id, "title": found["title"], "due": more.due}
        await push(work.db, more.student_id, "assignment", told)
    return Extended(assignment_id=assignment_id, student_id=more.student_id, due=more.due)


async def subject(db: Connection, new: NewAssignment, teacher_id: UUID) -> dict[str, Any]:
    """Read what is given, and how it is called without a title."""
    check_subject(new)
    if new.quiz_id is not None:
        topic = await handing_out.quiz_topic(db, new.quiz_id, teacher_id)
        if topic is None:
            raise NotFound("there is no such quiz", field="quiz_id")
        return {"quiz_id": new.quiz_id, "topic": topic, "title": f"Quiz: {topic}"}
    if new.exercise_id is None:
        title = f"{new.topic}, {new.difficulty}"
        wish = {"topic": new.topic, "difficulty": new.difficulty, "concept": new.concept}
        return wish | {"title": title.capitalize()}
    found = await handing_out.exercise(db, new.exercise_id, teacher_id)
    if found is None:
        raise NotFound("there is no such exercise", field="exercise_id")
    if not found["ready"]:
        raise NotNow("this exercise is not ready yet", field="exercise_id")
    return dict(found, title=found["title"] or found["topic"])


def check_subject(new: NewAssignment) -> None:
    """Raise Invalid unless exactly one thing is given, and completely."""
    given = [name for name in ONE_OF if getattr(new, name) is not None]
    if len(given) > 1:
        raise Invalid(f"does not go together with `{given[0]}`", field=given[1])
    beside = new.concept or new.difficulty
    if not given:
        ways = "give one of `exercise_id`, `quiz_id`, or `topic` with `difficulty`"
        raise Invalid(ways, field="topic" if beside else "exercise_id")
    if given != ["topic"] and beside:
        raise Invalid("goes with `topic` alone", field="concept" if new.concept else "difficulty")
    if given == ["topic"] and new.difficulty is None:
        raise Invalid("say easy, medium or hard", field="difficulty")


def late_fields(new: Dates) -> dict[str, Any]:
    """Read the rule for lateness."""
    late = new.late
    if late is None:
        return {"late": False, "percent_a_day": 0.0, "late_until": None}
    return {"late": True, "percent_a_day": late.percent_a_day, "late_until": late.until}


def check_dates(fields: Mapping[str, Any]) -> None:
    """Raise Invalid naming the date that does not fit the others."""
    opens, due, until = fields.get("opens"), fields.get("due"), fields.get("late_until")
    if opens and due and due <= opens:
        raise Invalid("must be later than `opens`", field="due")
    if fields["late"] and due is None:
        raise Invalid("needs a due date", field="late")
    if until and due and until <= due:
        raise Invalid("must be later than `due`", field="late.until")


async def keep(
    work: RequestWork, assignment_id: UUID, fields: Mapping[str, Any], students: list[UUID] | None
) -> None:
    """Write an assignment, give it to those it is open for, and tell them."""
    if students is not None:
        known = await assignments.members(work.db, fields["class_id"], students)
        if unknown := [one for one in students if one not in known]:
            raise Invalid(f"{unknown[0]} is not in this class", field="students")
    row = {"hints": True, "show_score": True} | dict(fields) | {"assignment_id": assignment_id}
    row.pop("ready", None)
    await assignments.write(work.db, json.dumps(to_jsonable_python(row)))
    if students is not None:
        await assignments.choose(work.db, assignment_id, students)
    await assigning.give_open(work, assignment_id=assignment_id)
    told = {"assignment_id": assignment_id, "title": row["title"], "due": row.get("due")}
    for student_id in await assignments.whom(work.db, assignment_id):
        await push(work.db, student_id, "assignment", told)
