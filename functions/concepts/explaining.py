"""An explanation: what the tutor would say itself, and what a model is given to say it in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from events.models import ConceptRequested, Level, Part
from functions.answers import answer
from functions.answers.answer import markdown
from functions.concepts.conversation import Context
from functions.concepts.for_later import in_words
from functions.knowledge.explanations import Question, explained, in_words_of_cards
from functions.knowledge.languages import Language, language_of
from functions.model import prompts
from functions.model.errors import SolutionLeaked
from functions.model.prompts import Prompt
from functions.telling.briefing import brief
from functions.telling.facts import found_entries
from functions.telling.head import Head
from functions.telling.material import Material

# Words that an answer is asked to have: a wish in the prompt, and no reason to cut a sentence out.
WORDS: dict[Level, tuple[int, int]] = {
    "beginner": (40, 150),
    "learning": (40, 170),
    "proficient": (40, 180),
    "mastered": (30, 160),
}
VERDICTS = {True: "The answer is right.", False: "The answer is not right."}
NO_VERDICT = "It can't be told by comparing: judge it yourself."
CONTRADICTS = "its head says the opposite of what comparing found"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What stands behind an answer: the tutor's own, what of it is a fact, and the verdict on a check."""

    parts: tuple[Part, ...]
    facts: bool = False
    open_check: str | None = None
    judged: bool = False
    passed: bool | None = None


def grounded(
    question: Question, cards: tuple[Part, ...] | None, language: Language | None, *, polite: bool
) -> tuple[Part, ...]:
    """Answer from the cards; in another language politely, and then in English."""
    written = language_of(question.text)
    language = language or written
    said = cards or explained(in_words_of_cards(question, language))
    opening = (answer.text(language.polite),) if language is not None and (written or polite) else ()
    return (*opening, *said)


def prompt(
    request: ConceptRequested,
    question: Question,
    context: Context,
    grounds: Grounds,
    language: Language | None,
) -> Prompt:
    """Ask for an explanation, on the ground of all that is known."""
    least, most = WORDS[question.level]
    material = material_of(request, question, context, grounds, language)
    return brief("concepts", "explain", "explain", material, least=least, most=most)


def material_of(
    request: ConceptRequested,
    question: Question,
    context: Context,
    grounds: Grounds,
    language: Language | None,
) -> Material:
    """Gather what a model is given; cards are left out where the answer comes of a program."""
    spoken = language or language_of(request.text)
    entries = () if request.explain_code else found_entries(request.text, question.level, spoken)
    verdict = (NO_VERDICT if grounds.passed is None else VERDICTS[grounds.passed]) if grounds.judged else None
    return Material(
        text=request.text,
        level=question.level,
        language=spoken.name if spoken is not None else prompts.ENGLISH,
        code=request.code,
        error=request.error,
        turns=context.turns,
        exercise=context.exercise,
        entries=entries,
        open_check=grounds.open_check,
        verdict=verdict,
        also=tuple(request.also or ()),
        notes=markdown(grounds.parts) if grounds.facts else "",
        rules=in_words(request.not_yet or (), request.class_rules or ()),
    )


def agrees(grounds: Grounds, head: Head) -> None:
    """Hold what a model says of an answer to a check against the comparison; raises SolutionLeaked."""
    if grounds.judged and None not in (grounds.passed, head.claim) and grounds.passed is not head.claim:
        raise SolutionLeaked(CONTRADICTS)
