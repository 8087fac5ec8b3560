"""Proposed tests: shown, and decided about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from events.models import Topic
from functions.gateway.models.base import Body, Shape, Storable, example, not_blank
from functions.gateway.models.hand_ins import STUDENT
from functions.gateway.models.regrades import RegradeStudent
from functions.gateway.models.work import SUBMISSION, SUBMITTED

PROPOSED = {
    "proposal_id": "6f2b9a7e-1c3d-5e4f-8a9b-0c1d2e3f4a5b",
    "exercise_id": SUBMISSION["exercise_id"],
    "submission_id": SUBMITTED["submission_id"],
    "student": STUDENT,
    "topic": "functions",
    "title": "The tallest of three",
    "code": "def tallest(a, b, c):\n    if a > b:\n        return a\n    return max(b, c)\n",
    "kind": "call",
    "input": "tallest(5, 3, 9)",
    "expected": "9",
    "given": "5",
    "status": "open",
    "proposed_at": "2026-11-24T10:00:00Z",
    "decided_at": None,
    "reason": None,
}
ProposalStatus = Literal["open", "accepted", "refused"]


class ProposedTest(Shape):
    """An input on which a hand-in that passed all tests differs from the solution."""

    model_config = example(**PROPOSED)

    proposal_id: UUID
    exercise_id: UUID
    submission_id: UUID
    student: RegradeStudent
    topic: Topic
    title: str
    code: str = Field(description="What was handed in.")
    kind: Literal["call", "code", "stdin"]
    input: str = Field(description="The call, the lines that are run, or what is typed in.")
    expected: str = Field(description="What the solution gives.")
    given: str = Field(description="What the hand-in gives.")
    status: ProposalStatus
    proposed_at: datetime
    decided_at: datetime | None
    reason: str | None


class ProposedTests(Shape):
    """Proposed tests, the newest first; at most a hundred."""

    model_config = example(items=[PROPOSED])

    items: list[ProposedTest]


class Decision(Body):
    """Whether a proposed test becomes one, with a word why."""

    model_config = example(accept=True, reason="The task says: of any three numbers.")

    accept: Annotated[bool, Field(strict=True)]
    reason: Annotated[Storable, AfterValidator(not_blank), Field(min_length=1, max_length=1000)] | None = None
