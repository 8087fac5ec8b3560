"""Requests that are told by their wording alone: homework, a wish for the solution, distress, a greeting.

Patterns over the prose of a message, each with its exceptions beside it (`denied`). Cost: one search a
pattern. What is said in words that no pattern has is left to the classifier, which knows neither homework nor
distress.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MAX_TOLD = 1500
MAX_THANKS = 3
MAX_TAIL = 90
ENDS = " .,!?;:-)"
REVIEW = re.compile(
    r"\b(?:review\w*|rate|rating|grade|feedback|quality|opinion|improv\w*|check|refactor\w*|optimi[sz]e\w*"
    r"|good|better|style|look at|look over|suggest\w*|comments? on|critici[sz]e|judge|assess|evaluate|score"
    r"|readable|pythonic|thoughts|proofread|inspect|how (?:is|does) (?:my|this)|efficient\w*|tidy|mark"
    r"|nicer?|elegant|clean\w*|pep ?8|follow|like|think|named?|names|conventions?|experienced"
    r"|too (?:many|long|much)|weak)\b"
)
FILE = Path(__file__).with_name("requests.toml")
PRINTED = re.compile(
    r"\bprint(?:s|ing|ed)?(?: out)? (?!nothing|none|it|the|my|what|wrong|this|that|all)[^.?!]{1,120}"
)


@dataclass(frozen=True, slots=True)
class Wordings:
    """The patterns of requests.toml."""

    homework: re.Pattern[str]
    no_homework: re.Pattern[str]
    solution: re.Pattern[str]
    of_others: re.Pattern[str]
    distress: re.Pattern[str]
    no_distress: re.Pattern[str]
    of_oneself: re.Pattern[str]
    stuck: re.Pattern[str]
    greeting: re.Pattern[str]
    thanks: re.Pattern[str]
    tutor: re.Pattern[str]
    exercise: re.Pattern[str]


@cache
def wordings() -> Wordings:
    """Read and compile the file, once per process."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    homework, distress, talk = tables["homework"], tables["distress"], tables["talk"]
    return Wordings(
        homework=re.compile("|".join(homework["asked"])),
        no_homework=re.compile(homework["denied"]),
        solution=re.compile("|".join(tables["solution"]["asked"])),
        of_others=re.compile(tables["solution"]["denied"]),
        distress=re.compile("|".join(distress["said"])),
        no_distress=re.compile(distress["denied"]),
        of_oneself=re.compile(distress["self"]),
        stuck=re.compile(distress["stuck"]),
        greeting=re.compile(talk["greeting"]),
        thanks=re.compile(talk["thanks"]),
        tutor=re.compile(talk["tutor"]),
        exercise=re.compile(talk["exercise"]),
    )


def without_greeting(prose: str) -> str:
    """Leave words of greeting and thanks away; the whole message where nothing else is said."""
    words = wordings()
    rest = words.greeting.sub("", prose, count=1)
    said = rest.rstrip(ENDS)
    for _ in range(MAX_THANKS):
        head, tail = said[:-MAX_TAIL], said[-MAX_TAIL:]
        said = (head + words.thanks.sub("", tail, count=1)).rstrip(ENDS)
    # The sign after the last word says whether it is a question.
    return rest[: len(said) + 1].strip() if re.search(r"\w{2}", said) else prose


def hands_over_homework(prose: str) -> bool:
    """Whether a message is a task that somebody else is to do."""
    words = wordings()
    said = without_greeting(prose)
    return bool(words.homework.search(said)) and not words.no_homework.search(said)


def wants_solution(prose: str) -> bool:
    """Whether a message asks for a solution, in so many words."""
    words = wordings()
    return bool(words.solution.search(prose)) and not words.of_others.search(prose)


def in_distress(prose: str, told: str, *, named: bool) -> bool:
    """Whether a student says how hard learning is; not of what a program prints, nor when it is over.

    `told` are their own words, in whatever language. Beside a named concept it is distress only when it is
    said of oneself and nothing is asked: help with the concept is the better answer then.
    """
    words = wordings()
    said = PRINTED.sub(" ", prose)
    heard = words.distress.search(said) or words.distress.search(PRINTED.sub(" ", told[:MAX_TOLD].lower()))
    if not heard or words.no_distress.search(said):
        return False
    return not named or ("?" not in prose and bool(words.of_oneself.search(said)))


def wishes_exercise(prose: str) -> bool:
    """Whether an exercise is wished for in so many words."""
    return bool(wordings().exercise.search(prose))


def wishes_review(prose: str) -> bool:
    """Whether an opinion on a program is wished for."""
    return REVIEW.search(prose) is not None
