"""A quiz in a conversation puts one question at a time, and says at once whether an answer was right."""

from __future__ import annotations

import pytest

from functions.answers.answer import markdown
from functions.progress.topics import TOPICS
from functions.quizzes import asking
from functions.quizzes.bank import by_id
from functions.quizzes.quiz import Asked, Quiz, compose, grade, order, recall

QUIZ = compose("basics", 7)
FIRST = QUIZ.questions[0]


def right(quiz: Quiz, number: int) -> int:
    return order(by_id()[quiz.questions[number].id], quiz.seed).index(0)


@pytest.mark.parametrize(
    "said", ["B", "b)", "(b)", "b.", "I think b", "it's B", "my answer is b", "option B!"]
)
def test_a_choice_is_named_by_its_letter(said: str) -> None:
    assert asking.choice_of(said, FIRST) == 1


@pytest.mark.parametrize("place", range(len(FIRST.choices)))
def test_a_choice_is_named_by_what_its_button_sends(place: int) -> None:
    assert asking.choice_of(asking.choices(FIRST)[place].text, FIRST) == place


def test_a_choice_is_named_by_its_own_words_where_they_are_no_letter() -> None:
    words = Asked("q", "Which?", ("a list", "A Tuple", "`b`"))
    assert [asking.choice_of(said, words) for said in ("A list.", "a tuple", "b")] == [0, 1, 1]


@pytest.mark.parametrize("said", ["e", "what is a variable?", "I don't know", "", "a and b"])
def test_what_is_no_choice_is_not_taken_for_one(said: str) -> None:
    assert asking.choice_of(said, FIRST) is None


@pytest.mark.parametrize("topic", TOPICS)
def test_every_question_is_shown_with_its_choices_and_without_its_answer(topic: str) -> None:
    quiz = compose(topic, 3)  # type: ignore[arg-type]  # parametrize gives plain strings
    for one in quiz.questions:
        shown = markdown(asking.put(quiz, one))
        assert one.text in shown and by_id()[one.id].explanation not in shown
        assert [choice.text for choice in asking.choices(one)] == list("ABCDE"[: len(one.choices)])


def test_a_wrong_answer_is_told_with_the_right_one_and_the_reason() -> None:
    wrong = (right(QUIZ, 0) + 1) % len(FIRST.choices)
    told = asking.judged(QUIZ, grade(QUIZ, {FIRST.id: wrong}).results[0]).text
    assert told.startswith("**Not quite.**") and by_id()[FIRST.id].of_seed(7).explanation in told
    found = grade(QUIZ, {FIRST.id: right(QUIZ, 0)}).results[0]
    assert asking.judged(QUIZ, found).text.startswith("**Right!**")


def test_an_answer_is_told_with_the_values_that_were_asked() -> None:
    """A question comes with other values each time; what is told of it has those of this quiz."""
    varied = by_id()["basics-14"]
    for seed in range(20):
        quiz = recall("basics", seed, [varied.id])
        [asked] = quiz.questions
        graded = grade(quiz, {}).results[0]
        shown = asked.choices[order(varied, seed).index(0)]
        assert shown in asking.judged(quiz, graded).text
        again = markdown(asking.mistakes(quiz, grade(quiz, {})))
        assert asked.text in again and shown in again


def test_the_questions_come_one_after_the_other_until_all_are_answered() -> None:
    answers: dict[str, int] = {}
    for one in QUIZ.questions:
        asked = asking.open_question(QUIZ, answers)
        assert asked == one
        answers[one.id] = 0
    assert asking.open_question(QUIZ, answers) is None


def test_what_was_wrong_is_gone_through_and_what_was_right_is_not() -> None:
    answers = {one.id: right(QUIZ, number) for number, one in enumerate(QUIZ.questions)}
    assert markdown(asking.mistakes(QUIZ, grade(QUIZ, answers))).startswith("Nothing")
    answers[FIRST.id] = (answers[FIRST.id] + 1) % len(FIRST.choices)
    said = markdown(asking.mistakes(QUIZ, grade(QUIZ, answers)))
    assert FIRST.text in said and QUIZ.questions[1].text not in said


def test_a_wished_concept_comes_first() -> None:
    wanted = asking.about("data-structures", "dictionaries")
    quiz = compose("data-structures", 5, (), wanted)
    assert quiz.questions[0].id in wanted and len({one.id for one in quiz.questions} & wanted) > 1
