"""Running programs in the sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter

from events.models import ActivityDetail, ActivityRecorded
from functions.analysis.source import line_of
from functions.gateway.access import Runner
from functions.gateway.models.base import WRITE
from functions.gateway.models.work import Execution, Program
from functions.gateway.sandbox import run
from functions.gateway.state import Gw, Traceparent
from functions.runtime.sandbox import fair_key_of
from functions.runtime.work import RequestWork

router = APIRouter(prefix="/executions", tags=["code"])
MESSAGE_LENGTH = 500


@router.post("", summary="Run a program", responses=WRITE)
async def execute(program: Program, who: Runner, gw: Gw, traceparent: Traceparent = None) -> Execution:
    """Run a program for at most five seconds, and tell what it did. A full queue is a 503 with `Retry-After`.

    `internal_error` means that the fault is ours; it is never counted against a student.
    """
    result = await run(gw.sandbox, program.code, program.stdin or "", fair_key_of(who.user_id))
    if result["status"] != "internal_error":
        execution_id = uuid4()
        async with gw.transaction(execution_id, traceparent) as work:
            record(work, who.user_id, execution_id, result, program.code)
    return Execution(**result)


def record(
    work: RequestWork, student_id: UUID, execution_id: UUID, result: dict[str, Any], code: str
) -> None:
    """Publish that a program ran, and the error it ended with."""
    error = result.get("error") or {}
    detail = ActivityDetail(
        status=result["status"],
        passed=result["status"] == "ok",
        error_type=text_of(error.get("type")),
        error_message=text_of(error.get("message")),
    )
    activity = ActivityRecorded(
        activity_id=execution_id,
        student_id=student_id,
        kind="code.executed",
        occurred_at=work.now,
        detail=detail,
    )
    work.publish(activity)
    if detail.error_type is not None:
        work.publish(
            ActivityRecorded(
                activity_id=uuid4(),
                student_id=student_id,
                kind="error.seen",
                occurred_at=work.now,
                detail=replace(detail, excerpt=line_of(code, error.get("line"))),
            )
        )


def text_of(value: object) -> str | None:
    """Take what a program said of its error as far as an event can carry it."""
    if not isinstance(value, str) or not value:
        return None
    return value.replace("\x00", "\ufffd")[:MESSAGE_LENGTH]
