"""Quizzes that are taken in a conversation: begun, answered question by question, and gone through."""

from __future__ import annotations

import json
from dataclasses import asdict

from asyncpg import Record

from events.models import ActivityDetail, ActivityRecorded, Part, ProgressAsked, ResponseProduced, Topic
from functions.answers.answer import Answer
from functions.answers.response import Extras, response
from functions.quizzes import asking, store
from functions.quizzes.quiz import Graded, Quiz, Result, compose, grade, recall
from functions.runtime import Work
from functions.runtime.database import Connection

DEFAULT_TOPIC: Topic = "basics"
SEEDS = 2**62


async def quiz(asked: ProgressAsked, work: Work) -> None:
    """Begin a quiz, go on with one, or go through the last one."""
    async with work.transaction() as db:
        match asked.wish:
            case "quiz_answer" if asked.quiz_id is not None:
                await _go_on(db, asked, work)
            case "mistakes":
                await _go_through(db, asked, work)
            case _:
                await _begin(db, asked, work)


async def _begin(db: Connection, asked: ProgressAsked, work: Work) -> None:
    topic = asked.topic or DEFAULT_TOPIC
    quiz_id = work.uuid("quiz")
    seen = await store.seen(db, asked.student_id, topic)
    wanted = asking.about(topic, asked.concept) if asked.concept else frozenset()
    made = compose(topic, quiz_id.int % SEEDS, seen, wanted)
    ids = [one.id for one in made.questions]
    await store.write(db, quiz_id, asked.student_id, topic, made.seed, ids, work.now)
    first = made.questions[0]
    extras = Extras(kind="quiz", quiz_id=quiz_id, choices=asking.choices(first))
    work.publish(_said(asked, asking.put(made, first), extras))


async def _go_on(db: Connection, asked: ProgressAsked, work: Work) -> None:
    """Judge an answer, and put the next question; the last answer hands the quiz in."""
    row = await store.one(db, asked.quiz_id, asked.student_id) if asked.quiz_id else None
    if row is None or row["result"] is not None or asked.quiz_id is None:
        await _begin(db, asked, work)
        return
    taken, answers = _quiz(row), dict(json.loads(row["answers"] or "{}"))
    open_one = asking.open_question(taken, answers)
    if open_one is None:
        await _begin(db, asked, work)
        return
    extras = Extras(kind="quiz", quiz_id=asked.quiz_id)
    choice = asking.choice_of(asked.text, open_one)
    if choice is None:
        extras["choices"] = asking.choices(open_one)
        work.publish(_said(asked, (asking.not_understood(open_one), *asking.put(taken, open_one)), extras))
        return
    answers[open_one.id] = choice
    await store.keep_so_far(db, asked.quiz_id, answers)
    result = grade(taken, answers)
    told = (asking.judged(taken, _of(result, open_one.id)),)
    if (following := asking.open_question(taken, answers)) is not None:
        extras["choices"] = asking.choices(following)
        work.publish(_said(asked, (*told, *asking.put(taken, following)), extras))
        return
    await store.keep(db, asked.quiz_id, answers, asdict(result), work.now)
    work.publish(_said(asked, (*told, *asking.outcome(taken, result)), extras))
    work.publish(_graded(asked, taken, result, work))


async def _go_through(db: Connection, asked: ProgressAsked, work: Work) -> None:
    row = await store.last_graded(db, asked.student_id, asked.topic)
    if row is None:
        work.publish(_said(asked, asking.no_quiz(asked.topic), Extras(kind="quiz")))
        return
    known, taken = json.loads(row["result"]), _quiz(row)
    # Questions that left the bank since are not shown any more.
    left = {one.id for one in taken.questions}
    graded = tuple(Graded(**one) for one in known["results"] if one["question_id"] in left)
    result = Result(known["score"], known["passed"], graded)
    work.publish(_said(asked, asking.mistakes(taken, result), Extras(kind="quiz", quiz_id=row["quiz_id"])))


def _quiz(row: Record) -> Quiz:
    return recall(row["topic"], row["seed"], json.loads(row["questions"]))


def _of(result: Result, question_id: str) -> Graded:
    return next(one for one in result.results if one.question_id == question_id)


def _graded(asked: ProgressAsked, taken: Quiz, result: Result, work: Work) -> ActivityRecorded:
    """Tell of a graded quiz, as the gateway does when one is handed in there."""
    if asked.quiz_id is None:
        raise ValueError("a graded quiz has an id")
    detail = ActivityDetail(
        quiz_id=asked.quiz_id, score=result.score, passed=result.passed, questions=len(result.results)
    )
    return ActivityRecorded(
        activity_id=asked.quiz_id,
        student_id=asked.student_id,
        kind="quiz.graded",
        topic=taken.topic,
        occurred_at=work.now,
        detail=detail,
    )


def _said(asked: ProgressAsked, parts: tuple[Part, ...], extras: Extras) -> ResponseProduced:
    return response(asked, "progress", Answer(parts, model="rules", degraded=False), **extras)
