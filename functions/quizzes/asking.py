"""A quiz in a conversation: one question at a time, each answer judged at once with its reason.

Pure: what was asked and answered is read before, and kept by whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from events.models import Choice, Part, Topic
from functions.answers import answer
from functions.knowledge.library import library
from functions.knowledge.matching import find_concepts
from functions.quizzes.bank import bank, by_id
from functions.quizzes.quiz import Asked, Graded, Quiz, Result

LETTERS = "ABCDE"
ANSWER = re.compile(
    r"^\W*+(?:(?:my|the) )?(?:answer|choice|option)?(?: is| would be)?\W*+"
    r"(?:i (?:think|guess|say|take|pick) )?(?:it'?s )?(?:answer |option )?(?P<letter>[a-e])\W*+$",
    re.IGNORECASE,
)
STOP = "To stop, just ask me something else; the quiz waits under **Quiz**."


def choice_of(said: str, asked: Asked) -> int | None:
    """Say which choice is meant, by its letter or its own words; None where none is."""
    found = ANSWER.match(said)
    if found is not None:
        place = LETTERS.index(found["letter"].upper())
        return place if place < len(asked.choices) else None
    words = _plain(said)
    fits = [place for place, text in enumerate(asked.choices) if _plain(text) == words]
    return fits[0] if len(fits) == 1 else None


def open_question(quiz: Quiz, answers: Mapping[str, int]) -> Asked | None:
    """Give the question that is asked next; None when all are answered."""
    return next((one for one in quiz.questions if one.id not in answers), None)


def put(quiz: Quiz, asked: Asked) -> tuple[Part, ...]:
    """Ask a question."""
    number = [one.id for one in quiz.questions].index(asked.id) + 1
    rows = "\n".join(f"- **{LETTERS[place]}.** {_shown(text)}" for place, text in enumerate(asked.choices))
    return (
        answer.text(f"**Question {number} of {len(quiz.questions)}**\n\n{asked.text}\n\n{rows}"),
        answer.onward(f"Answer with a letter. {STOP}"),
    )


def choices(asked: Asked) -> list[Choice]:
    """Give the choices as they are shown to be picked."""
    return [
        Choice(label=f"{LETTERS[place]}. {text}"[:100], text=LETTERS[place])
        for place, text in enumerate(asked.choices)
    ]


def judged(quiz: Quiz, graded: Graded) -> Part:
    """Say whether a choice was right, and why."""
    asked = by_id()[graded.question_id].of_seed(quiz.seed)
    right = f"The right answer is: {_shown(asked.choices[0])}. "
    verdict = "**Right!** " if graded.correct else f"**Not quite.** {right}"
    return answer.text(f"{verdict}{graded.explanation}")


def not_understood(asked: Asked) -> Part:
    """Say how to answer, where an answer fits no choice."""
    last = LETTERS[len(asked.choices) - 1]
    return answer.text(f"I can't tell which one you mean. Please answer with a letter from A to {last}.")


def outcome(quiz: Quiz, result: Result) -> tuple[Part, ...]:
    """Say how a quiz went."""
    right = sum(one.correct for one in result.results)
    said = f"That was the last one: **{right} of {len(result.results)}** right."
    wrong = len(result.results) - right
    if wrong:
        onward = f'**Next:** say "what did I get wrong" to go through {"it" if wrong == 1 else "them"} again.'
    else:
        onward = '**Next:** say "quiz me" for another one, or ask for an exercise.'
    return answer.text(said), answer.onward(onward)


def mistakes(quiz: Quiz, result: Result) -> tuple[Part, ...]:
    """Go through what was wrong in a quiz."""
    wrong = [one for one in result.results if not one.correct]
    if not wrong:
        all_right = f"Nothing: in your last quiz, about {quiz.topic}, all answers were right."
        return (answer.text(all_right), answer.onward('**Next:** say "quiz me" for another one.'))
    head = f"In your last quiz, about {quiz.topic}, **{len(wrong)} of {len(result.results)}** were wrong."
    rows = [answer.text(_again(quiz, number, one)) for number, one in enumerate(wrong, 1)]
    return (
        answer.text(head),
        *rows,
        answer.onward(f'**Next:** ask me about one of them, or say "quiz me on {quiz.topic}".'),
    )


def no_quiz(topic: Topic | None) -> tuple[Part, ...]:
    """Say that no quiz was handed in yet."""
    named = f" about {topic}" if topic else ""
    return (
        answer.text(f"You have not finished a quiz{named} yet, so there is nothing to go through."),
        answer.onward('**Next:** say "quiz me", with a topic if you like, as in "quiz me on loops".'),
    )


@cache
def about(topic: Topic, concept: str) -> frozenset[str]:
    """Give the questions of a topic that name a concept."""
    if concept not in library().concepts:
        return frozenset()
    return frozenset(
        one.id for one in bank()[topic] if any(match.concept == concept for match in find_concepts(one.text))
    )


def _again(quiz: Quiz, number: int, graded: Graded) -> str:
    asked = by_id()[graded.question_id].of_seed(quiz.seed)
    return f"**{number}.** {asked.text}\n\nRight is: {_shown(asked.choices[0])}. {graded.explanation}"


def _shown(choice: str) -> str:
    """Show a choice as code where it is written as code."""
    is_code = "`" not in choice and re.search(r"[=()\[\]{}_]|^\W|^\d+$", choice) is not None
    return f"`{choice}`" if is_code and "\n" not in choice else choice


def _plain(text: str) -> str:
    return " ".join(_words(text))


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"\w+|[^\w\s`.,]", text.lower())
