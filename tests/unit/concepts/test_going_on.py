"""An answer about a concept is gone on with in the wished way, and never in the same words."""

from __future__ import annotations

import pytest

from events.models import FollowUp, Level, Part
from functions.answers.answer import markdown
from functions.concepts.everyday import everyday
from functions.concepts.going_on import Way, go_on
from functions.conversation.state import fingerprint
from functions.diagnosis.runner import Runner
from functions.knowledge.explanations import Question, explained
from functions.knowledge.library import library
from tests.support.observed import LocalRunner

CONCEPTS = ["sets", "return", "inheritance", "try-except"]


def first(concept: str, level: Level = "beginner") -> tuple[Part, ...]:
    topic = library().concepts[concept].topic
    return explained(Question(text=f"what is {concept}", topic=topic, level=level, concept=concept))


def prints_of(parts: tuple[Part, ...]) -> frozenset[str]:
    return frozenset(fingerprint(part.text) for part in parts if part.kind in ("text", "code"))


async def said(
    kind: FollowUp, text: str, concept: str, level: Level = "beginner", **more: object
) -> tuple[Part, ...]:
    given = more.get("given") or prints_of(first(concept, level))
    way = Way(kind, text, library().concepts[concept], level, given)  # type: ignore[arg-type]  # a set of texts
    return await go_on(way, LocalRunner())


@pytest.mark.parametrize("concept", CONCEPTS)
async def test_simpler_is_never_harder(concept: str) -> None:
    cards = library().concepts[concept].cards
    given = prints_of(first(concept))
    for _ in range(4):
        parts = await said("simpler", "simpler please", concept, given=given)
        assert cards["learning"].text not in markdown(parts) and cards["proficient"].text not in markdown(
            parts
        )
        given |= prints_of(parts)


@pytest.mark.parametrize(
    "kind", ["simpler", "rephrase", "why", "picture", "shorter", "more_detail", "step_by_step"]
)
async def test_asked_again_and_again_it_never_says_the_same_twice_in_a_row(kind: FollowUp) -> None:
    given, before = prints_of(first("sets")), ""
    last: frozenset[str] = frozenset()
    for _ in range(14):
        way = Way(kind, "?", library().concepts["sets"], "beginner", given, last=last)
        parts = await go_on(way, LocalRunner())
        assert markdown(parts) != before
        before, last = markdown(parts), prints_of(parts)
        given |= last


async def test_more_detail_goes_to_the_deeper_card() -> None:
    parts = await said("more_detail", "deeper", "sets", "learning", given=prints_of(first("sets")))
    assert library().concepts["sets"].cards["learning"].text in markdown(parts)


async def test_another_example_shows_a_program_that_was_not_shown() -> None:
    before = {part.text for part in first("return") if part.kind == "code"}
    parts = await said("another_example", "one more", "return")
    assert {part.text for part in parts if part.kind == "code"} - before


async def test_step_by_step_shows_the_values_of_a_run() -> None:
    assert "| line | code | values |" in markdown(await said("step_by_step", "slowly", "return"))


async def test_without_a_cell_step_by_step_is_told_from_the_lines() -> None:
    way = Way("step_by_step", "slowly", library().concepts["return"], "beginner", frozenset())
    assert "| line | what happens |" in markdown(await go_on(way, Runner(None)))


@pytest.mark.parametrize(
    ("concept", "text", "wanted"),
    [
        ("dictionaries", "how do I remove one from dictionaries?", "pop"),
        ("lists", "how do I put something in lists", "append"),
        ("dictionaries", "what if the key is missing", "get"),
        ("try-except", "what if I catch everything", "except"),
    ],
)
async def test_a_question_on_the_concept_is_answered_with_what_speaks_of_it(
    concept: str, text: str, wanted: str
) -> None:
    kind: FollowUp = "what_if" if text.startswith("what if") else "about"
    assert wanted in markdown(await said(kind, text, concept))


async def test_what_nothing_is_known_of_is_said_so() -> None:
    assert "nothing on exactly that" in markdown(
        await said("about", "who invented the zebra crossing", "sets")
    )


def test_every_comparison_with_everyday_life_belongs_to_a_concept() -> None:
    assert set(everyday()) <= set(library().concepts)
    assert all(len(one.like) < 260 and len(one.why) < 260 for one in everyday().values())


async def test_what_happens_without_it_is_what_it_is_good_for() -> None:
    parts = await said("what_if", "what happens without try and except", "try-except")
    assert everyday()["try-except"].why in markdown(parts)


async def test_beside_an_entry_a_question_may_be_about_its_concept() -> None:
    entry = library().entries["dict-keys"]
    way = Way(
        "about",
        "how do I delete keys(), values() and items()",
        library().concepts["dictionaries"],
        "beginner",
        frozenset(),
        entry=entry,
    )
    assert library().entries["remove-from-dict"].text in markdown(await go_on(way, LocalRunner()))


async def test_which_one_is_faster_is_no_question_of_which_to_use() -> None:
    both = ("lists", "tuples")
    way = Way(
        "about", "which one is faster", library().concepts["lists"], "beginner", frozenset(), compared=both
    )
    parts = await go_on(way, LocalRunner())
    assert not markdown(parts).startswith("**Which one?**")
