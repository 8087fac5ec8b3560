"""Quizzes: every question is proven, and nothing gives the answer away."""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.progress.topics import TOPICS
from functions.quizzes.bank import Question, bank, by_id
from functions.quizzes.errors import BadAnswer
from functions.quizzes.quiz import LENGTH, compose, grade, order, recall

QUESTIONS = [question for questions in bank().values() for question in questions]
EVERY = [variation for question in QUESTIONS for variation in question.variations]
seeds = st.integers(0, 2**62)


def run(code: str) -> str:
    """Run a program of the bank; an exception ends its output with the name of it."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            exec(compile(code, "<question>", "exec"), {"__name__": "question"})
        except Exception as error:  # noqa: BLE001  # any error is what the program shows
            print(type(error).__name__)
    return output.getvalue().strip()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder where the programs run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def questions_of(kind: str, folder: Path) -> Iterator[Question]:
    """Give the questions of a kind, each with the folder as empty as the first found it."""
    for question in EVERY:
        if question.kind == kind:
            yield question
            emptied(folder)


def emptied(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def test_a_predicted_program_prints_its_answer(folder: Path) -> None:
    for question in questions_of("predict", folder):
        assert run(question.code) == question.choices[0], question.id


def test_repairing_the_line_and_nothing_else_gives_what_is_wanted(folder: Path) -> None:
    for question in questions_of("find", folder):
        assert run(question.code) != question.wanted, question.id
        assert run(question.repaired) == question.wanted, question.id
        assert question.choices[0].startswith(f"Line {question.line}: ")


def test_leaving_another_line_out_does_not_repair_a_program(folder: Path) -> None:
    """Else two lines could be called the wrong one."""
    for question in questions_of("find", folder):
        lines = question.code.split("\n")
        for number in range(len(lines)):
            rest = "\n".join(lines[:number] + lines[number + 1 :])
            assert number + 1 == question.line or run(rest) != question.wanted, (question.id, number + 1)


def test_of_the_choices_that_are_code_one_alone_does_what_is_asked(folder: Path) -> None:
    tried = [question for question in questions_of("choose", folder) if question.trial]
    assert len(tried) >= 25
    for question in tried:
        for place, choice in enumerate(question.choices):
            done = run(question.trial.replace("@@", choice))
            assert (done == question.wanted) == (place == 0), (question.id, choice, done)
            emptied(folder)


def test_one_order_of_the_lines_alone_does_what_is_asked(folder: Path) -> None:
    for question in questions_of("order", folder):
        assert run(question.code) == question.wanted, question.id
        for other in question.orders:
            assert sorted(other) == sorted("123456789"[: len(other)]), question.id
            emptied(folder)
            assert run(question.ordered(other)) != question.wanted, (question.id, other)
        assert len(question.code.split("\n")) == len(question.orders[0])


def test_the_lines_to_be_ordered_are_not_shown_in_order() -> None:
    for question in EVERY:
        if question.kind == "order":
            right = question.choices[0].split(", ")
            assert right != sorted(right), question.id


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_25_questions_of_all_kinds(topic: Any) -> None:
    kinds = Counter(question.kind for question in bank()[topic])
    assert sum(kinds.values()) >= 25
    assert set(kinds) == {"choose", "predict", "find", "order"}
    assert sum(bool(question.further) for question in bank()[topic]) >= 2


def test_the_values_of_a_question_come_with_the_seed() -> None:
    question = by_id()["basics-14"]
    texts = {question.of_seed(seed).text for seed in range(60)}
    assert texts == {one.text for one in question.variations}


def test_a_question_is_complete() -> None:
    for question in EVERY:
        assert len(set(question.choices)) == len(question.choices) >= 3
        assert question.explanation.endswith(".")
        assert re.fullmatch(rf"{question.topic}-\d+", question.id)


def test_ids_are_used_once() -> None:
    assert len(by_id()) == len(QUESTIONS)


@given(st.sampled_from(TOPICS), seeds)
def test_a_quiz_is_the_same_for_the_same_seed_and_mixed_in_kind(topic: Any, seed: int) -> None:
    quiz = compose(topic, seed)
    ids = [question.id for question in quiz.questions]
    assert quiz == compose(topic, seed) == recall(topic, seed, ids)
    assert len(set(ids)) == LENGTH
    assert {by_id()[one].kind for one in ids} == {"choose", "predict", "find", "order"}
    for question in quiz.questions:
        assert sorted(question.choices) == sorted(by_id()[question.id].of_seed(seed).choices)


@given(st.sampled_from(TOPICS), seeds, seeds)
def test_a_question_just_seen_does_not_come_again(topic: Any, seed: int, other: int) -> None:
    first = [question.id for question in compose(topic, seed).questions]
    second = [question.id for question in compose(topic, other, first).questions]
    assert not set(first) & set(second)
    third = [question.id for question in compose(topic, seed, second + first).questions]
    assert not set(third) & set(second)


@given(st.sampled_from(TOPICS), seeds, st.integers(0, LENGTH))
def test_the_score_is_the_share_of_right_answers(topic: Any, seed: int, right: int) -> None:
    quiz = compose(topic, seed)
    answers = {}
    for place, question in enumerate(quiz.questions):
        good = order(by_id()[question.id], seed).index(0)
        answers[question.id] = good if place < right else (good + 1) % len(question.choices)
    result = grade(quiz, answers)
    assert (result.score, result.passed) == (right / LENGTH, right >= 3)
    assert [one.correct for one in result.results] == [place < right for place in range(LENGTH)]


def test_what_is_left_out_is_wrong() -> None:
    result = grade(compose("oop", 1), {})
    assert (result.score, [one.choice for one in result.results]) == (0, [None] * LENGTH)


@pytest.mark.parametrize("choice", [-1, 99])
def test_a_choice_that_is_not_there_is_refused(choice: int) -> None:
    quiz = compose("oop", 1)
    with pytest.raises(BadAnswer) as refused:
        grade(quiz, {quiz.questions[0].id: choice})
    assert refused.value.field == f"answers.{quiz.questions[0].id}"


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(BadAnswer, match=r"answers\.files-1"):
        grade(compose("oop", 1), {"files-1": 0})


def test_the_right_choice_has_no_favourite_place() -> None:
    places = Counter(order(by_id()["oop-1"], seed).index(0) for seed in range(400))
    assert min(places[place] for place in range(4)) > 60
