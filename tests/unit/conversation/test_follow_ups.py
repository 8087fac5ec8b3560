"""A message goes on from the answer before it, in whatever words; a question of its own does not."""

from __future__ import annotations

import pytest

from functions.conversation.follow_ups import language_names, language_wished, read_follow_up, shift_of, ways
from functions.conversation.state import State
from functions.knowledge.languages import languages

SETS = State(kind="concept", asked="what are sets", concept="sets")
PROGRAM = State(kind="explanation", asked="what does it do", code="x = 1\nprint(x)")
HINT = State(kind="hint", asked="why is it wrong", code="x = 1\nprint(x)")


def kind(text: str, state: State = SETS) -> str | None:
    found = read_follow_up(text, state)
    return found.kind if found else None


SAID = """
simpler: a bit simpler? | thats way too complicated | explain it like im 7 | for a total beginner pls
simpler: in plain english | that's too hard for me | could you make that easier
more_detail: give me more details | go deeper | could you elaborate?
more_detail: I'd like to know more | what else? | I'm advanced
another_example: one more example | do you have a real world example | show me an example | example?
why: but why? | how come | what's the point | why is that | what is it good for | why would anyone use it
step_by_step: one step at a time | walk me through it | slower please | go through the example
shorter: tl;dr | too long | sum it up | in one sentence please | the short version
picture: can you sketch it | draw me a diagram | I'm a visual learner, show me a picture
rephrase: I really don't get it | ?? | what do you mean | put it another way | you lost me | say that again
what_if: what if there are two the same | and if it is empty? | what happens when I add a list
is_it_right: is that correct? | right? | is it ok now
language: auf Deutsch bitte | can you say that in French | en español | пиши на русском
about: how do i put one in it | and sorting? | can they hold lists | does the order matter in them
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_ways_to_go_on_are_heard_in_other_words(line: str) -> None:
    wanted, _, said = line.partition(": ")
    texts = [text.strip() for text in said.split(" | ")]
    assert {text: kind(text) for text in texts} == dict.fromkeys(texts, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("más sencillo por favor", "simpler"),
        ("noch ein Beispiel", "another_example"),
        ("pourquoi ?", "why"),
        ("passo dopo passo", "step_by_step"),
        ("nie rozumiem", "rephrase"),
        ("подробнее", "more_detail"),
        ("もっと簡単に", "simpler"),
        ("举个例子", "another_example"),
        ("resumindo, mais curto", "shorter"),
        ("لماذا؟", "why"),
        ("더 자세히", "more_detail"),
    ],
)
def test_other_languages_go_on_too(text: str, wanted: str) -> None:
    assert kind(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "what is inheritance",
        "how do I read a csv file",
        "give me an exercise on loops",
        "thank you so much",
        "hello",
        "how am i doing",
        "quiz me",
        "explain tuples simply",
        "an easier exercise please",
    ],
)
def test_a_question_of_its_own_does_not_go_on(text: str) -> None:
    assert kind(text) is None


@pytest.mark.parametrize("text", ["simpler", "why?", "another one", "what if it is empty"])
def test_nothing_goes_on_from_nothing(text: str) -> None:
    assert kind(text, State()) is None


def test_after_an_exercise_easier_is_a_wish_for_the_next_one() -> None:
    assert kind("easier please", State(kind="exercise", asked="an exercise", concept="sets")) is None


def test_a_hint_can_be_asked_for_only_where_there_was_one() -> None:
    assert kind("another clue please", HINT) == "next_hint"
    assert kind("next hint", SETS) != "next_hint"


def test_the_same_question_again_wants_other_words() -> None:
    assert kind("What are sets?", SETS) == "rephrase"


def test_of_a_program_its_lines_and_names_can_be_asked() -> None:
    assert kind("and line 2?", PROGRAM) == "about"
    assert kind("why print", PROGRAM) == "about"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("how do i add to it", "how do i add to sets"),
        ("and remove?", "how do I remove in sets?"),
        ("Is it the same as a list?", "Is sets the same as a list?"),
        ("does order matter", None),
    ],
)
def test_what_was_left_out_is_put_back(text: str, wanted: str | None) -> None:
    found = read_follow_up(text, SETS)
    assert (found.text if found else None) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("what is french toast called in python code", None),
        ("in Dutch please", "nl"),
        ("english please", "en"),
    ],
)
def test_a_language_is_wished_for_and_not_just_named(text: str, wanted: str | None) -> None:
    assert language_wished(text) == wanted


def test_levels_shift_by_words() -> None:
    assert (shift_of("even simpler"), shift_of("deeper please"), shift_of("thanks")) == (-1, 1, 0)


def test_every_language_that_triage_knows_can_be_wished_for() -> None:
    assert set(language_names()) == {*languages(), "en"}


def test_every_way_is_known_in_other_scripts() -> None:
    for way in ways():
        assert sum(not phrase.isascii() for phrase in way.elsewhere) >= 8, way.kind
