"""When an assignment takes hand-ins, what lateness takes from a mark, and how a student stands: pure.

A hand-in counts as late by whole days begun: a minute after the due date is one day. Without a rule for
lateness the due date is the end. More time for a student moves their due date, and the end with it where
it would lie before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["upcoming", "open", "submitted", "done", "late", "missed"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates of an assignment for one student; `late` says whether lateness is allowed."""

    opens: datetime | None = None
    due: datetime | None = None
    late: bool = False
    percent_a_day: float = 0.0
    late_until: datetime | None = None
    attempts: int | None = None

    @property
    def closes(self) -> datetime | None:
        """The end, after which nothing is taken; None when there is no end."""
        if self.due is None or not self.late:
            return self.due
        return None if self.late_until is None else max(self.late_until, self.due)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a student handed in: how often, when first, and whether one of them passed."""

    times: int = 0
    first_at: datetime | None = None
    passed: bool = False


def state(terms: Terms, handed: HandedIn, now: datetime) -> State:
    """Say how a student stands; `late` is after the due date: still possible, or handed in and not passed."""
    if handed.times:
        after = terms.due is not None and handed.first_at is not None and handed.first_at > terms.due
        return "done" if handed.passed else "late" if after else "submitted"
    if terms.opens is not None and now < terms.opens:
        return "upcoming"
    if terms.closes is not None and now > terms.closes:
        return "missed"
    return "late" if terms.due is not None and now > terms.due else "open"


def refusal(terms: Terms, times: int, now: datetime) -> str | None:
    """Say why nothing is taken now; None when it is. `times` is how often it was handed in already."""
    if terms.opens is not None and now < terms.opens:
        return f"this opens on {said(terms.opens)}"
    if terms.closes is not None and now > terms.closes:
        return f"this closed on {said(terms.closes)}: hand-ins are no longer taken"
    if terms.attempts is not None and times >= terms.attempts:
        return f"this may be handed in {terms.attempts} times, and it was"
    return None


def days_late(due: datetime | None, at: datetime) -> int:
    """Count the days begun since the due date; 0 when it was in time."""
    return 0 if due is None or at <= due else math.ceil((at - due) / DAY)


def penalised(score: float, days: int, percent_a_day: float) -> float:
    """Take a share of a score for each day late; never below 0."""
    return score * max(0.0, 1 - days * percent_a_day / 100)


def said(moment: datetime) -> str:
    """Write a time as a sentence does."""
    return f"{moment:%d %B %Y at %H:%M} UTC"
