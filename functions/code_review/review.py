"""A review: findings, their number, and what a student of a level hears of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.models import Level, Part
from functions.analysis import source
from functions.analysis.substance import MIN_STATEMENTS, statements
from functions.analysis.walls import Calls, at_once
from functions.answers import answer
from functions.code_review.correctness import UNTESTED, Correctness
from functions.code_review.linter import lint
from functions.code_review.rating import Rating, rate
from functions.code_review.rulebook import Finding
from functions.code_review.structure import inspect
from functions.code_review.taste import sifted, taste
from functions.code_review.telling import points, told
from functions.diagnosis.causes import Diagnosis, of_error, unreadable
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.wording import hint

NOT_RATED = (
    "I could not run your program this time, so there is no rating. That is our fault, not yours. "
    "What I saw when I read it:"
)
EMPTY = "There is no code to review yet. Write a few lines and try again."
TOO_MUCH = (
    "This program is too large or too deeply nested for me to read, so there is no review. "
    "Send me a shorter piece of it: the part that you want to hear about."
)
ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Review:
    """What a review found; `rating` is None when the program could not be rated.

    `complete` says that there were tests, and all of them passed.
    """

    rating: Rating | None
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]
    complete: bool = False

    @property
    def quality(self) -> int:
        """The number that is shown; a program that was not rated shows 0."""
        return self.rating.quality if self.rating else 0


async def review(
    code: str,
    level: Level,
    starter: str | None = None,
    correct: Correctness | None = UNTESTED,
    call: Calls = at_once,
) -> Review:
    """Review a program; lines that came with the exercise are not the student's, and cost nothing."""
    if nothing := await call(without_review, code):
        return nothing
    return await call(weighed, code, level, starter, correct, await lint(code))


def without_review(code: str) -> Review | None:
    """Say why there is nothing to review: a syntax error, or no code at all; None when there is."""
    error = unreadable(code)
    if error is not None and error.type == "MemoryError":
        return too_much()
    if error is not None:
        return _unreadable(of_error(error, code))
    return None if source.parse(code).body else Review(None, (), (answer.text(EMPTY),))


def too_much() -> Review:
    """Answer a program that could not be read within the bounds."""
    return Review(None, (), (answer.text(TOO_MUCH),))


def weighed(
    code: str, level: Level, starter: str | None, correct: Correctness | None, linted: Sequence[Finding]
) -> Review:
    """Review a program that can be read, with what the linter found."""
    lines = code.splitlines()
    given = given_lines(code, starter or "")
    every = [*sifted(linted, code), *inspect(code), *taste(code)]
    own = {finding for finding in every if finding.line not in given}
    if correct is None:
        findings = in_order(own)
        said = points(findings, lines, level)
        return Review(None, findings, (answer.text(NOT_RATED), *map(answer.text, said)))
    rating = rate([*own, *correct.findings], code, correct.share)
    findings = in_order(rating.findings)
    # A few lines without tests say nothing of how somebody writes.
    short = starter is None and correct.share is None and statements(code) < MIN_STATEMENTS
    shown = None if short else rating
    parts = tuple(told(shown, findings, correct, level, lines))
    return Review(shown, findings, parts, correct.complete)


def given_lines(code: str, starter: str) -> frozenset[int]:
    """Number the lines that came with the exercise, each of them once."""
    ours = [line.strip() for line in starter.splitlines()]
    theirs = [line.strip() for line in code.splitlines()]
    blocks = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return frozenset(block.b + number + 1 for block in blocks for number in range(block.size))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: what is not right first, then the dearest, then by severity."""

    def key(one: Finding) -> tuple[bool, float, int, int, str]:
        return one.dimension != "correctness", -one.points, ORDER[one.severity], one.line, one.rule

    return tuple(sorted(findings, key=key))


def _unreadable(diagnosis: Diagnosis) -> Review:
    line = diagnosis.line or 1
    finding = Finding(
        line=line,
        rule="syntax",
        severity="error",
        message=f"{diagnosis.fault.title}: Python can't read the program yet.",
        suggestion="Repair this first; then I can review the whole program.",
        dimension="error-prone",
    )
    opening = answer.text("I'd like to review this, but Python can't read it yet, so there is no rating.")
    return Review(None, (finding,), (opening, *hint(diagnosis, NextHint("where"))))
