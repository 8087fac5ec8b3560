"""Composing and grading quizzes: pure, and the same again for the same seed."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from events.models import Topic
from functions.quizzes.bank import Question, bank, by_id
from functions.quizzes.errors import BadAnswer, QuizWithdrawn

LENGTH = 5
PASS_AT = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a student sees it: nothing here tells which choice is right."""

    id: str
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz; `seed` and the ids of its questions are all that has to be kept of it."""

    topic: Topic
    seed: int
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """One graded question; `choice` is what was answered, None when nothing was."""

    question_id: str
    correct: bool
    explanation: str
    choice: int | None
    right_choice: int


@dataclass(frozen=True, slots=True)
class Result:
    """A graded quiz; the score is the share of right answers."""

    score: float
    passed: bool
    results: tuple[Graded, ...]


def compose(topic: Topic, seed: int, seen: Sequence[str] = (), about: Collection[str] = frozenset()) -> Quiz:
    """Choose questions of a topic, mixed in kind.

    `seen` are ids asked before, the latest first: they come again only when nothing else is left, the one
    that was longest ago first. Those in `about` come before others that are as fresh.
    """
    chance = random.Random(f"{topic}/{seed}")
    age = {question_id: -place for place, question_id in reversed(list(enumerate(seen)))}
    shuffled = chance.sample(bank()[topic], len(bank()[topic]))
    shuffled.sort(key=lambda one: (one.id in age, one.id not in about, age.get(one.id, 0)))
    wanted = sum(one.id not in age and (not about or one.id in about) for one in shuffled)
    chosen = mixed(shuffled, wanted)
    return Quiz(topic, seed, tuple(asked(one, seed) for one in chosen))


def mixed(questions: Sequence[Question], fresh: int) -> list[Question]:
    """Take the first questions, but one of each kind as long as fresh ones last."""
    first = {one.kind: one for one in reversed(questions[:fresh])}.values()
    rest = [one for one in questions if one not in first]
    return [*(one for one in questions if one in first), *rest][:LENGTH]


def asked(question: Question, seed: int) -> Asked:
    """Show a question with the values of this seed, and its choices in the order of it."""
    one = question.of_seed(seed)
    return Asked(one.id, one.text, tuple(one.choices[place] for place in order(one, seed)))


def order(question: Question, seed: int) -> list[int]:
    """Shuffle the places of a question's choices; place 0 is the right one."""
    count = len(question.choices)
    return random.Random(f"{question.id}/{seed}").sample(range(count), count)


def recall(topic: Topic, seed: int, question_ids: Sequence[str]) -> Quiz:
    """Show a quiz again from what was kept of it; a question that left the bank since is left out."""
    known = (by_id()[one] for one in question_ids if one in by_id())
    return Quiz(topic, seed, tuple(asked(one, seed) for one in known))


def grade(quiz: Quiz, answers: Mapping[str, int]) -> Result:
    """Grade answers, the index of a choice by question id; what was left out is wrong.

    Raises BadAnswer naming the field for an unknown question or a choice that is not there, and QuizWithdrawn
    when it has no question left.
    """
    if not quiz.questions:
        raise QuizWithdrawn("its questions are no longer asked; take another quiz")
    check(quiz, answers)
    results = tuple(_graded(by_id()[one.id], quiz.seed, answers.get(one.id)) for one in quiz.questions)
    score = sum(one.correct for one in results) / len(results)
    return Result(score, score >= PASS_AT, results)


def check(quiz: Quiz, answers: Mapping[str, int]) -> None:
    """Refuse answers that do not fit the quiz."""
    choices = {one.id: len(one.choices) for one in quiz.questions}
    for question_id, choice in answers.items():
        field = f"answers.{question_id[:80]}"
        if question_id not in choices:
            raise BadAnswer(field, "there is no such question in this quiz")
        if not 0 <= choice < choices[question_id]:
            raise BadAnswer(field, f"expected a choice from 0 to {choices[question_id] - 1}, got {choice}")


def _graded(question: Question, seed: int, choice: int | None) -> Graded:
    one = question.of_seed(seed)
    right = order(one, seed).index(0)
    return Graded(one.id, choice == right, one.explanation, choice, right)
