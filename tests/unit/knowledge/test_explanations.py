"""An explanation answers the question that was asked, at the student's level."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.models import Level, Topic
from functions.answers.answer import markdown
from functions.knowledge.explanations import Question, explain, plan
from tests.fakes.golden import matches

GOLDEN = Path(__file__).parent / "golden"
ASKED: dict[str, tuple[str, Topic, Level]] = {
    "card-beginner": ("What is a for loop?", "control-flow", "beginner"),
    "card-learning": ("What is a for loop?", "control-flow", "learning"),
    "card-proficient": ("What is a for loop?", "control-flow", "mastered"),
    "comparison": ("What is the difference between for and while?", "control-flow", "beginner"),
    "comparison-of-cards": ("inheritance vs properties, what's the difference", "oop", "learning"),
    "recipe": ("How do I remove duplicates from a list?", "data-structures", "beginner"),
    "example-first": ("Can you show me an example of a dictionary?", "data-structures", "beginner"),
    "mistakes-first": ("Which mistakes should I avoid with recursion?", "functions", "learning"),
    "overview": ("Tell me something about this topic", "files", "beginner"),
}
PLANS = {
    "what's the difference between a list and a tuple": {"lists", "tuples"},
    "for vs while": {"for-loop", "while-loop"},
    "print or return, which one do I use?": {"input-print", "return"},
    "what is a fucntion": {"defining-functions"},
    "explain dictonaries": {"dictionaries"},
    "what does `with` do": {"with-statement"},
    "what is the syntax for a dictionary": {"dictionaries"},
    "how do i read a file line by line": {"reading-files"},
    "what is recursion": {"recursion"},
    "tell me about the weather": set(),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_explanation_reads_as_agreed(name: str) -> None:
    text, topic, level = ASKED[name]
    assert matches(GOLDEN / f"{name}.txt", markdown(explain(Question(text=text, topic=topic, level=level))))


@pytest.mark.parametrize(("text", "concepts"), PLANS.items())
def test_the_words_of_a_question_choose_the_cards(text: str, concepts: set[str]) -> None:
    chosen = plan(Question(text=text, topic="basics", level="beginner"))
    assert {concept.id for concept in chosen.concepts} == concepts


def test_a_question_without_a_name_finds_the_card_whose_words_fit() -> None:
    rows = (Path(__file__).parents[2] / "eval" / "questions.tsv").read_text(encoding="utf-8").splitlines()
    asked = [row.split("\t") for row in rows]
    found = [plan(Question(text=text, topic="basics", level="beginner")).concepts[:1] for text, _ in asked]
    right = sum([c.id for c in one] == [name] for one, (_, name) in zip(found, asked, strict=True))
    assert right >= 0.9 * len(asked)


def test_the_concept_that_triage_found_is_used_when_the_words_say_nothing() -> None:
    question = Question(text="tell me more", topic="oop", level="beginner", concept="inheritance")
    assert [concept.id for concept in plan(question).concepts] == ["inheritance"]


def test_what_is_for_later_is_told_to_those_who_are_past_the_beginning() -> None:
    for level, told in (("beginner", False), ("learning", True), ("mastered", True)):
        question = Question(text="what is a closure", topic="functions", level=level)  # type: ignore[arg-type]  # plain strings
        assert ("__closure__" in markdown(explain(question))) is told
