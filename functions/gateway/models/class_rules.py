"""The rules of a class."""

from __future__ import annotations

import builtins
import keyword
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from functions.diagnosis.catalogue import TIERS
from functions.gateway.models.base import Body, Name, Shape, Storable, example
from functions.knowledge.library import TOPICS
from functions.knowledge.skills import skills

MANY = 200
EXAM = {"from": "2026-12-04T08:00:00Z", "until": "2026-12-04T09:30:00Z"}
RULES = {
    "tutor": True,
    "model": False,
    "highest_rung": 3,
    "messages_a_day": 60,
    "not_yet": ["recursion", "lambda"],
    "wording": ["we say list, not array"],
    "exam": EXAM,
}
CONSTRUCTS = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins)})


def rung(value: object) -> object:
    """Take a step of the hint ladder by its name, as answers show it in `hint_level`."""
    return TIERS.index(value) + 1 if isinstance(value, str) and value in TIERS else value


def taught_later(name: str) -> str:
    """Refuse what is no topic, concept or construct of Python."""
    if name not in CONSTRUCTS and name not in TOPICS and name not in skills():
        raise ValueError(
            "is no topic, no concept of GET /concepts, and no keyword or built-in name of Python"
        )
    return name


class Exam(Body):
    """When a class has an exam: the tutor is quiet, programs can be run and handed in."""

    model_config = example(**EXAM)

    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse an end that is not after the beginning."""
        if self.until <= self.from_:
            raise ValueError("`until` must be later than `from`")
        return self


Rung = Annotated[
    int,
    BeforeValidator(rung),
    Field(ge=1, le=len(TIERS), description="How far hints go: 1 to 5, or the name of the step."),
]
Later = Annotated[Storable, Field(max_length=100), AfterValidator(taught_later)]


class NewRules(Body):
    """The rules of a class; what is left out is as it is without rules."""

    model_config = example(**RULES)

    tutor: bool = Field(True, strict=True, description="Whether the tutor answers questions.")
    model: bool = Field(True, strict=True, description="Whether a language model may have a part in answers.")
    highest_rung: Rung | None = None
    messages_a_day: Annotated[int, Field(ge=0, le=10_000)] | None = None
    not_yet: Annotated[list[Later], Field(max_length=MANY)] = Field(
        [], description="Topics, concepts and constructs that were not taught yet."
    )
    wording: Annotated[list[Name], Field(max_length=MANY)] = Field([], description="Words of the course.")
    exam: Exam | None = None


class Rules(Shape):
    """The rules that hold in a class."""

    model_config = example(**RULES, exam_now=False, changed_at="2026-11-30T10:00:00Z")

    tutor: bool
    model: bool
    highest_rung: int | None
    messages_a_day: int | None
    not_yet: list[str]
    wording: list[str]
    exam: Exam | None
    exam_now: bool = Field(description="Whether the exam goes on.")
    changed_at: datetime | None = Field(description="None where nobody has made rules.")
