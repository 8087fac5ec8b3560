"""What comes of a question to the model: its words, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from events.models import Part
from functions.answers import answer
from functions.answers.answer import BY_RULE, Answer
from functions.model.usage import UsedUp

USED_UP: dict[UsedUp | None, str] = {
    "student": "*Your answers from the AI model are used up for today. Until tomorrow I answer from my own "
    "notes: ask as much as you like.*",
    "class": "*Your class has used up its answers from the AI model for today. Until tomorrow I answer from "
    "my own notes: ask as much as you like.*",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model replied; None when there is nothing of use.

    Then `why` says of a configured model why it has no part, and `used_up` perhaps whose calls are; `late`
    when what was shown of it may be good, `broke` the rule for which it may be asked once more.
    """

    text: str | None = None
    used_up: UsedUp | None = None
    late: bool = False
    why: str | None = None
    broke: str | None = None

    @property
    def notice(self) -> tuple[Part, ...]:
        """What the student is told when there are no calls left today."""
        said = USED_UP.get(self.used_up)
        return () if said is None else (answer.text(said),)


NO_PART = "The AI model has no part in this answer: {why}."
NO_TIME = "no time was left to ask it"
NOT_BOOKED = "the call could not be booked"
FAILED_BEFORE = "it failed when it was asked before"
QUOTA = {
    "student": "the student's calls of the day are used up",
    "class": "the class's calls of the day are used up",
    "rules": "the rules of a class of the student want none",
}


def nothing(
    why: str, *, late: bool = False, used_up: UsedUp | None = None, broke: str | None = None
) -> Reply:
    """Reply nothing, and say why in words for operators and teachers."""
    return Reply(used_up=used_up, late=late, why=NO_PART.format(why=why), broke=broke)


BY_RULES_ALONE = "rules alone decide it"


def ruled(parts: tuple[Part, ...], *, paid: bool, why: str | None = None) -> Answer:
    """Give an answer by rule; where a model is configured (`paid`), it says that it has no part, and why."""
    if not paid:
        return Answer(parts, model=BY_RULE, degraded=False)
    return Answer(parts, model=BY_RULE, degraded=True, why=why or NO_PART.format(why=BY_RULES_ALONE))
