"""What a class handed in: read, comment, judge, and take the marks out."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from functions.gateway.access import Teacher
from functions.gateway.marks import Mark, Pupil, Target, written
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.hand_ins import (
    ClassMarks,
    Comment,
    ExerciseMark,
    HandIn,
    HandInPage,
    JudgedSubmission,
    MarkedStudent,
    NewComment,
    NewOverride,
    StudentMarks,
)
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import assignments, classes, hand_ins, marks
from functions.gateway.state import Gw, RequestId
from functions.runtime.database import Connection
from functions.runtime.stream import push

router = APIRouter()
ATTACHED = {"content-disposition": 'attachment; filename="marks.csv"'}
MARKS = "name,email,Double it\r\nMaya,maya@example.com,0.8\r\n"
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}, "example": MARKS}}}
}
Form = Annotated[Literal["csv", "json"], Query(alias="format", description="How to write the marks.")]
Until = Annotated[AwareDatetime | None, Query(description="Count what was handed in until then.")]
For = Annotated[Target, Query(alias="for", description="Whose columns and scale a CSV file has.")]


@router.get(
    "/classes/{class_id}/submissions",
    summary="What a class handed in",
    responses=READ | problems(403),
    tags=["classes"],
)
async def of_class(
    class_id: UUID,
    who: Teacher,
    gw: Gw,
    request_id: RequestId,
    exercise_id: UUID | None = None,
    student_id: UUID | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> HandInPage:
    """List what the students of a class handed in, newest first. Who looked is kept."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        await classes.seen(db, class_id, who.user_id)
        rows = await hand_ins.of_class(db, class_id, place, exercise_id, student_id, limit)
        students = list({row["student_id"] for row in rows[:limit]})
        await classes.viewed(db, who.user_id, students, "submissions", request_id)
    found = page(rows, limit, gw.cursors, "created_at", "submission_id")
    shown = [hand_ins.listed(row, gw.mastery) for row in found["items"]]
    return HandInPage(items=[HandIn(**row) for row in shown], next_cursor=found["next_cursor"])


@router.post(
    "/submissions/{submission_id}/comments",
    status_code=201,
    summary="Comment on a hand-in",
    responses=WRITE | problems(403, 404),
    tags=["code"],
)
async def comment(submission_id: UUID, new: NewComment, who: Teacher, gw: Gw) -> Comment:
    """Say something about a student's code, on the whole or on a line; the student sees it."""
    async with gw.read() as db, db.transaction():
        row = dict(
            await hand_ins.comment(db, uuid4(), submission_id, who.user_id, new.text, new.line, gw.now)
        )
        await tell(db, row.pop("student_id"), submission_id)
    return Comment(**row)


@router.post(
    "/submissions/{submission_id}/override",
    summary="Put a score in the place of the computed one",
    responses=WRITE | problems(403, 404),
    tags=["code"],
)
async def override(
    submission_id: UUID, new: NewOverride, who: Teacher, gw: Gw, request_id: RequestId
) -> JudgedSubmission:
    """Judge a hand-in of a student one teaches; the computed grade stays beside it, and mastery as it is.

    The marks of the class take it before the computed score. Another one takes its place. Who looked is kept.
    """
    async with gw.read() as db, db.transaction():
        by = who.user_id
        await classes.require_teacher_of(
            db, by, (await hand_ins.require(db, submission_id, by))["student_id"]
        )
        student_id = await hand_ins.override(db, submission_id, by, new.score, new.reason, gw.now)
        await classes.viewed(db, by, [student_id], "submission", request_id)
        await tell(db, student_id, submission_id)
        found = await hand_ins.one(db, submission_id, by, student_id, gw.mastery)
    return JudgedSubmission(**found)


async def tell(db: Connection, student_id: UUID, submission_id: UUID) -> None:
    """Put on a student's stream that a teacher said something about a hand-in."""
    await push(db, student_id, "submission", {"submission_id": submission_id, "agent": "teacher"})


@router.get(
    "/classes/{class_id}/marks",
    summary="The marks of a class",
    response_model=ClassMarks,
    responses=READ | problems(403) | CSV,
    tags=["classes"],
)
async def of_exercises(
    class_id: UUID,
    who: Teacher,
    gw: Gw,
    request_id: RequestId,
    form: Form = "json",
    target: For = "plain",
    assignment_id: UUID | None = None,
    until: Until = None,
) -> ClassMarks | Response:
    """Give the best score of each student and exercise, or what a teacher put in its place.

    Of all exercises, or of one assignment; of what was handed in `until` a moment, or by now. What lateness
    takes off is shown apart, and the grade itself stays as it is.

    As CSV there is a column for each exercise, which its variations share: for Moodle and Canvas in points of
    100, plain from 0 to 1. No cell begins like a formula. Who looked is kept.
    """
    async with gw.read() as db:
        of = await classes.seen(db, class_id, who.user_id)
        if assignment_id is not None:
            await assignments.require_of_class(db, assignment_id, class_id)
        pupils = await marks.of_class(db, class_id, assignment_id, until)
        await classes.viewed(db, who.user_id, [one.student_id for one in pupils], "marks", request_id)
    if form == "csv":
        return Response(written(pupils, target), media_type="text/csv", headers=ATTACHED)
    return ClassMarks(class_id=class_id, name=of["name"], students=[marked(one) for one in pupils])


def marked(one: Pupil) -> StudentMarks:
    """Show the marks of a student."""
    student = MarkedStudent(student_id=one.student_id, display_name=one.display_name, email=one.email)
    return StudentMarks(student=student, marks=[mark(each) for each in one.marks])


def mark(of: Mark) -> ExerciseMark:
    """Show a mark."""
    return ExerciseMark.model_validate(
        {
            "exercise_id": of.exercise_id,
            "title": of.title,
            "topic": of.topic,
            "difficulty": of.difficulty,
            "score": of.score,
            "computed_score": of.computed_score,
            "override": of.override,
            "submissions": of.submissions,
            "late_penalty": of.penalty,
            "assignment_id": of.assignment_id,
            "quiz_id": of.quiz_id,
        }
    )
