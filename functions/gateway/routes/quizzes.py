"""Quizzes."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID, uuid4

from asyncpg import Record
from fastapi import APIRouter

from events.models import ActivityDetail, ActivityRecorded, Topic
from functions.gateway import assigning
from functions.gateway.access import User, Worker
from functions.gateway.errors import Conflict, Gone, Invalid, NotFound
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.quizzes import (
    Answers,
    Quiz,
    QuizPage,
    QuizQuestion,
    QuizRequest,
    QuizResult,
    ShownQuiz,
)
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import assignments, taken_quizzes
from functions.gateway.state import Gw, Traceparent
from functions.quizzes import store as quizzes
from functions.quizzes.errors import BadAnswer, QuizWithdrawn

router = APIRouter(prefix="/quizzes", tags=["quizzes"])
SEED_BITS = 62


@router.post("", status_code=201, summary="Take a quiz", responses=WRITE)
async def begin(wanted: QuizRequest, who: Worker, gw: Gw) -> Quiz:
    """Give questions of a topic, those first that were not asked before."""
    from functions.quizzes.quiz import compose  # reads the bank, which no other route needs

    async with gw.read() as db:
        seen = await quizzes.seen(db, who.user_id, wanted.topic)
    composed = compose(wanted.topic, secrets.randbits(SEED_BITS), seen)
    quiz_id, asked = uuid4(), [one.id for one in composed.questions]
    async with gw.read() as db:
        await quizzes.write(db, quiz_id, who.user_id, composed.topic, composed.seed, asked, gw.now)
    questions = [QuizQuestion(**asdict(one)) for one in composed.questions]
    return Quiz(quiz_id=quiz_id, topic=composed.topic, questions=questions)


@router.get("", summary="The student's quizzes", responses=READ)
async def newest(
    who: User,
    gw: Gw,
    topic: Topic | None = None,
    status: Literal["open", "graded"] | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> QuizPage:
    """List quizzes, newest first: those to go on with, and those to look at again."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await taken_quizzes.newest(db, who.user_id, place, topic, status, limit)
        withheld = await assignments.withheld(db, who.user_id)
    cut = page(rows, limit, gw.cursors, "created_at", "quiz_id")
    hidden = {"score": None, "passed": None}
    items = [one | hidden if one["quiz_id"] in withheld else one for one in cut["items"]]
    return QuizPage(items=items, next_cursor=cut["next_cursor"])


@router.get("/{quiz_id}", summary="A quiz", responses=READ)
async def quiz(quiz_id: UUID, who: User, gw: Gw) -> ShownQuiz:
    """Show a quiz again, as it was asked, to go on with it; one that was handed in with its result."""
    from functions.quizzes.quiz import recall  # reads the bank, which no other route needs

    async with gw.read() as db:
        row = found(await quizzes.show(db, quiz_id, who.user_id))
        withheld = await assignments.withheld(db, who.user_id)
    asked = recall(row["topic"], row["seed"], json.loads(row["questions"]))
    return ShownQuiz(
        quiz_id=quiz_id,
        topic=row["topic"],
        questions=[QuizQuestion(**asdict(one)) for one in asked.questions],
        status="open" if row["result"] is None else "graded",
        result=None if row["result"] is None else shown(json.loads(row["result"]), quiz_id in withheld),
    )


@router.post("/{quiz_id}/answers", summary="Hand a quiz in", responses=WRITE | problems(404, 409, 410))
async def hand_in(
    quiz_id: UUID, given: Answers, who: Worker, gw: Gw, traceparent: Traceparent = None
) -> QuizResult:
    """Grade a quiz, once: the same answers again give the same result, other answers are a 409."""
    async with gw.transaction(quiz_id, traceparent) as work:
        row = found(await quizzes.one(work.db, quiz_id, who.user_id))
        rules = await assignments.rules_of_quiz(work.db, quiz_id, who.user_id)
        withheld = any(not one["show_score"] for one in rules)
        if row["result"] is not None:
            return repeated(row, given.answers, withheld=withheld)
        assigning.require(rules, work.now, "quiz_id")
        result = graded(row, given.answers)
        await quizzes.keep(work.db, quiz_id, given.answers, result, work.now)
        detail = ActivityDetail(
            quiz_id=quiz_id,
            score=result["score"],
            passed=result["passed"],
            questions=len(result["results"]),
        )
        work.publish(
            ActivityRecorded(
                activity_id=quiz_id,
                student_id=who.user_id,
                kind="quiz.graded",
                topic=row["topic"],
                occurred_at=work.now,
                detail=detail,
            )
        )
    return shown(result, withheld)


def found(row: Record | None) -> Record:
    """Give a quiz that there is; raises NotFound."""
    if row is None:
        raise NotFound("there is no such quiz")
    return row


def graded(row: Record, answers: dict[str, int]) -> dict[str, Any]:
    """Grade answers; raises Invalid naming the one that fits no question, Gone when none is left."""
    from functions.quizzes.quiz import grade, recall  # reads the bank, which no other route needs

    asked_then: list[str] = json.loads(row["questions"])
    recalled = recall(row["topic"], row["seed"], asked_then)
    gone = set(asked_then) - {one.id for one in recalled.questions}
    try:
        return asdict(grade(recalled, {one: choice for one, choice in answers.items() if one not in gone}))
    except BadAnswer as error:
        raise Invalid(str(error), field=error.field) from None
    except QuizWithdrawn as error:
        raise Gone(str(error)) from None


def shown(result: dict[str, Any], withheld: bool) -> QuizResult:
    """Show a result, or that the teacher shows it later."""
    return (
        QuizResult(score=None, passed=None, results=[], withheld=True) if withheld else QuizResult(**result)
    )


def repeated(row: Record, answers: dict[str, int], *, withheld: bool) -> QuizResult:
    """Give the result there is; raises Conflict when other answers are tried."""
    if json.loads(row["answers"]) != answers:
        raise Conflict("this quiz was graded with other answers", field="answers")
    return shown(json.loads(row["result"]), withheld)
