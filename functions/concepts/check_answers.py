"""Hearing the answer to the tutor's own check question: judged, with a word why, and kept as evidence."""

from __future__ import annotations

from dataclasses import dataclass

from events.models import CheckQuestion, Part
from functions.answers import answer
from functions.answers.answer import Answer
from functions.conversation.state import fingerprint
from functions.knowledge.checks import Check
from functions.knowledge.explanations import inline
from functions.knowledge.judging import checks, judge
from functions.knowledge.library import Concept

MAX_SAID = 80
TRY_AGAIN = "**Not quite.** Have another look, and try once more: {question}"
STILL_RIGHT = "**Right!** That is still the answer: you have it."
STILL_WRONG = "**Not quite**, but it is worth another try later: {why}"
RUN_IT = "A good way to find out: change the example and run it."


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said to an answer; `passed` is None where no machine can tell."""

    answer: Answer
    concept: Concept
    passed: bool | None
    asked_again: CheckQuestion | None = None


def hear(question: str, said: str, given: frozenset[str]) -> Judged | None:
    """Judge an answer to a check question; None when the library has no such question."""
    found = checks().get(question)
    return judged(found[0], found[1], said, given) if found is not None else None


def judged(concept: Concept, check: Check, said: str, given: frozenset[str]) -> Judged:
    """Word the verdict on an answer; after a first wrong one the question is asked once more."""
    passed = judge(check, said)
    again = answer.text(TRY_AGAIN.format(question=check.question))
    if passed is False and fingerprint(again.text) not in given:
        hint = answer.text(f"You wrote {_quoted(said)}. {_hint(concept, check)}")
        asked_again = CheckQuestion(question=check.question, kind=check.kind, answer=check.answer or None)
        return Judged(Answer((again, hint)), concept, passed, asked_again)
    verdict = answer.text(_verdict(check, passed))
    if fingerprint(verdict.text) in given:
        verdict = answer.text(STILL_RIGHT if passed else STILL_WRONG.format(why=check.why))
    return Judged(Answer((verdict, _onward(concept))), concept, passed)


def _verdict(check: Check, passed: bool | None) -> str:
    if passed:
        return f"**Right!** {check.why}".strip()
    if passed is False:
        shown = f"The answer is {_quoted(check.answer)}. " if check.answer else ""
        return f"**Not quite**, but now you will know it. {shown}{check.why}".strip()
    model = check.why or RUN_IT
    return f"**Thank you!** I can't check an answer in free words. Compare yours with this: {model}"


def _hint(concept: Concept, check: Check) -> str:
    if check.kind in ("value", "output"):
        return RUN_IT + " Or ask me to go through it step by step."
    do = "do" if concept.title.endswith("s") else "does"
    return f"Think of what {inline(concept)} {do} in the example above."


def _quoted(said: str) -> str:
    text = " ".join(said.split())[:MAX_SAID].replace("`", "'")
    return f"`{text}`"


def _onward(concept: Concept) -> Part:
    return answer.onward(f"**Next:** ask for an exercise on {inline(concept)}, or ask me the next question.")
