"""The tutor hears the answer to its own question."""

from __future__ import annotations

from functions.concepts.check_answers import hear, judged
from functions.concepts.responding import check_in
from functions.conversation.state import fingerprint
from functions.knowledge.checks import Check
from functions.knowledge.explanations import Question, explained
from functions.knowledge.judging import checks
from functions.knowledge.library import library

SETS = library().concepts["sets"]
COUNT = Check("How many values has `{1, 1, 2}`?", "value", "2", why="A set holds each value once.")
FREE = Check("Where would you use one?")


def test_a_right_answer_is_told_so_with_a_word_why() -> None:
    heard = judged(SETS, COUNT, "two, I think", frozenset())
    assert heard.passed and "**Right!** A set holds each value once." in heard.answer.text


def test_a_wrong_answer_may_be_tried_once_more_and_is_not_given_away() -> None:
    heard = judged(SETS, COUNT, "3", frozenset())
    assert heard.passed is False and heard.asked_again is not None
    assert heard.asked_again.question == COUNT.question
    assert COUNT.why not in heard.answer.text and "`2`" not in heard.answer.text


def test_the_second_wrong_answer_gets_the_right_one() -> None:
    once = judged(SETS, COUNT, "3", frozenset())
    again = judged(SETS, COUNT, "4", frozenset(fingerprint(part.text) for part in once.answer.parts))
    assert again.asked_again is None and COUNT.why in again.answer.text and "`2`" in again.answer.text


def test_what_no_machine_can_judge_is_not_called_wrong() -> None:
    heard = judged(SETS, FREE, "for guests", frozenset())
    assert heard.passed is None and "Not quite" not in heard.answer.text


def test_a_question_that_the_tutor_never_asks_is_not_heard() -> None:
    assert hear("What is the meaning of life?", "42", frozenset()) is None


def test_the_question_at_the_end_of_an_answer_is_found() -> None:
    parts = explained(
        Question(text="what is a set", topic="data-structures", level="beginner", concept="sets")
    )
    found = check_in(parts)
    assert found is not None and found.question in checks()
