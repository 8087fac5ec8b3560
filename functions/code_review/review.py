"""A review: findings, their number, and what a student of a level hears of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from events.models import Level, Part
from functions.analysis import source
from functions.answers import answer
from functions.code_review.correctness import UNTESTED, Correctness
from functions.code_review.linter import lint
from functions.code_review.rating import Rating, rate
from functions.code_review.rulebook import DIMENSIONS, Dimension, Finding, rulebook
from functions.code_review.structure import inspect
from functions.diagnosis.causes import Diagnosis, of_error, unreadable
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.wording import hint

HEARD: dict[Level, tuple[Dimension, ...]] = {
    "beginner": ("correctness", "error-prone"),
    "learning": ("correctness", "error-prone", "naming", "style"),
    "proficient": DIMENSIONS,
    "mastered": DIMENSIONS,
}
NOT_RATED = (
    "I could not run your program this time, so there is no rating. That is our fault, not yours. "
    "What I saw when I read it:"
)
ORDER = {"error": 0, "warning": 1, "info": 2}
MOST = {"beginner": 3, "learning": 5, "proficient": 8, "mastered": 8}


@dataclass(frozen=True, slots=True)
class Review:
    """What a review found; `rating` is None when the program could not be rated."""

    rating: Rating | None
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]

    @property
    def quality(self) -> int:
        """The number that is shown; a program that was not rated shows 0."""
        return self.rating.quality if self.rating else 0


async def review(
    code: str, level: Level, starter: str | None = None, correct: Correctness | None = UNTESTED
) -> Review:
    """Review a program; lines that came with the exercise are not the student's, and cost nothing."""
    error = unreadable(code)
    if error is not None:
        return _unreadable(of_error(error, code))
    if not source.parse(code).body:
        return Review(
            None, (), (answer.text("There is no code to review yet. Write a few lines and try again."),)
        )
    lines = code.splitlines()
    given = given_lines(code, starter or "")
    every = [*await lint(code), *inspect(code)]
    own = {finding for finding in every if finding.line not in given}
    if correct is None:
        findings = in_order(own)
        said = _points(heard(findings, level), lines, level)
        return Review(None, findings, (answer.text(NOT_RATED), *said))
    rating = rate([*own, *correct.findings], code, correct.share)
    findings = in_order(rating.findings)
    return Review(rating, findings, tuple(_told(rating, findings, level, lines)))


def given_lines(code: str, starter: str) -> frozenset[int]:
    """Number the lines that came with the exercise, each of them once."""
    ours = [line.strip() for line in starter.splitlines()]
    theirs = [line.strip() for line in code.splitlines()]
    blocks = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return frozenset(block.b + number + 1 for block in blocks for number in range(block.size))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: what is not right first, then by severity."""
    return tuple(
        sorted(findings, key=lambda f: (f.dimension != "correctness", ORDER[f.severity], f.line, f.rule))
    )


def heard(findings: Sequence[Finding], level: Level) -> list[Finding]:
    """Choose what a student of a level hears of: a beginner of mistakes, later of style and structure."""
    chosen = [finding for finding in findings if finding.dimension in HEARD[level]]
    return chosen[: MOST[level]]


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


def _told(rating: Rating, findings: Sequence[Finding], level: Level, lines: list[str]) -> Iterator[Part]:
    chosen = heard(findings, level)
    yield answer.text(f"**Quality: {rating.quality} of 100**")
    yield answer.text(_praise(findings, rating.dimensions))
    yield from _points(chosen, lines, level)
    if more := len(findings) - len(chosen):
        yield answer.text(
            f"There {'is one smaller point' if more == 1 else f'are {more} smaller points'} besides these."
        )
    yield answer.onward(_onward(chosen))


def _points(chosen: Sequence[Finding], lines: list[str], level: Level) -> Iterator[Part]:
    if chosen:
        yield answer.text("\n\n".join(_item(finding, lines, level) for finding in chosen))


def _praise(findings: Sequence[Finding], judged: Iterable[Dimension]) -> str:
    if not findings:
        return "I found nothing to change. The code is clear and does not repeat itself. Well done!"
    good = [words for name, words in PRAISE.items() if name in judged and not _concerned(name, findings)]
    if good:
        return f"What is good: {' and '.join(good[:2])}. What you could improve:"
    ends = "" if _concerned("correctness", findings) else " and run"
    return f"Your program can be read{ends}: that is the basis for everything else. What you could improve:"


PRAISE: dict[Dimension, str] = {
    "correctness": "it does what it should",
    "error-prone": "I saw no likely mistakes",
    "naming": "the names follow Python's habits",
    "structure": "the structure is simple",
    "style": "the lines are tidy",
}


def _concerned(dimension: Dimension, findings: Sequence[Finding]) -> bool:
    return any(finding.dimension == dimension for finding in findings)


def _item(finding: Finding, lines: list[str], level: Level) -> str:
    source = lines[finding.line - 1].strip().replace("`", "'")[:80]
    shown = f" (`{source}`)" if source else ""
    rule = rulebook().get(finding.rule)
    simple = rule.beginner if rule and level == "beginner" else None
    return f"- **Line {finding.line}**{shown}: {simple or f'{finding.message} {finding.suggestion}'}"


def _onward(chosen: Sequence[Finding]) -> str:
    if not chosen:
        return "**Next:** ask me for a harder exercise."
    return f"**Next:** begin with line {chosen[0].line}, run the program again, and send me the new version."
