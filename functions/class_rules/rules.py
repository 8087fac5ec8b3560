"""The rules of classes, and what they come to for a student who is in several.

A pure function of the rules and the time: of several classes the stricter rule holds, each by itself, so that
no class can allow what another forbids. Cost: linear in the classes of a student. Times are those of the
events, so that an exam ends for a message when its event says, however late it is handled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

OFF = (
    "Your teacher has switched me off in “{name}”. You can still run your programs, hand them in, and read "
    "what comes back."
)
EXAM = (
    "“{name}” has an exam now, and I'm quiet until it is over. You can still run your programs and hand them "
    "in. Good luck!"
)
AS_FAR = "In “{name}” your teacher lets me go this far and no further. The rest is yours: you can do it."


@dataclass(frozen=True, slots=True)
class ClassRules:
    """The rules of one class; `highest_rung` counts the steps of the hint ladder from 1."""

    name: str
    tutor: bool = True
    model: bool = True
    highest_rung: int | None = None
    messages_a_day: int | None = None
    exam_from: datetime | None = None
    exam_until: datetime | None = None
    not_yet: Sequence[str] = ()
    wording: Sequence[str] = ()

    def in_exam(self, at: datetime) -> bool:
        """Whether the class has an exam at a time; its end does not belong to it."""
        if self.exam_from is None or self.exam_until is None:
            return False
        return self.exam_from <= at < self.exam_until


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for a student: why the tutor is silent, if so, and bounds with the class they are from."""

    silent: str | None = None
    model: bool = True
    highest_rung: int | None = None
    rung_of: str | None = None
    messages_a_day: int | None = None
    messages_of: str | None = None
    not_yet: tuple[str, ...] = ()
    wording: tuple[str, ...] = ()


NO_RULES = Held()


def held(rules: Sequence[ClassRules], at: datetime) -> Held:
    """Join the rules of all classes of a student: the stricter one holds."""
    exam = next((one.name for one in rules if one.in_exam(at)), None)
    off = next((one.name for one in rules if not one.tutor), None)
    silent = EXAM.format(name=exam) if exam is not None else OFF.format(name=off) if off is not None else None
    rung, rung_of = _lowest(rules, lambda one: one.highest_rung)
    messages, messages_of = _lowest(rules, lambda one: one.messages_a_day)
    return Held(
        silent=silent,
        model=all(one.model for one in rules),
        highest_rung=rung,
        rung_of=rung_of,
        messages_a_day=messages,
        messages_of=messages_of,
        not_yet=tuple(dict.fromkeys(name for one in rules for name in one.not_yet)),
        wording=tuple(dict.fromkeys(words for one in rules for words in one.wording)),
    )


def _lowest(
    rules: Iterable[ClassRules], bound: Callable[[ClassRules], int | None]
) -> tuple[int | None, str | None]:
    bounds = [(value, one.name) for one in rules if (value := bound(one)) is not None]
    return min(bounds) if bounds else (None, None)
