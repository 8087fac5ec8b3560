"""The cards and entries are complete, every one tells something of its own, and beginners can read them."""

from __future__ import annotations

import builtins
import keyword
from collections import Counter

import pytest

from functions.concepts.readability import grade
from functions.knowledge.compiled import CONTENT
from functions.knowledge.explanations import Question, explained
from functions.knowledge.library import DEPTHS, TOPICS, library
from functions.knowledge.search import SURE, search

CONCEPTS = list(library().concepts.values())
ENTRIES = list(library().entries.values())
MODULES = [
    "math",
    "random",
    "datetime",
    "time",
    "os",
    "sys",
    "re",
    "json",
    "csv",
    "pathlib",
    "collections",
    "itertools",
    "functools",
    "string",
    "statistics",
    "copy",
    "decimal",
    "fractions",
    "calendar",
    "enum",
    "dataclasses",
    "typing",
    "argparse",
    "logging",
    "threading",
    "subprocess",
    "shutil",
    "pickle",
    "sqlite3",
    "hashlib",
    "secrets",
    "turtle",
    "tkinter",
    "urllib",
    "unittest",
    "doctest",
    "timeit",
    "contextlib",
    "abc",
    "operator",
    "heapq",
    "bisect",
    "textwrap",
    "pprint",
    "inspect",
    "traceback",
    "io",
    "glob",
    "tempfile",
    "zipfile",
    "uuid",
    "base64",
    "queue",
    "asyncio",
    "difflib",
]
INTERACTIVE = frozenset(["copyright", "credits", "license", "exit", "quit"])
METHODS = {
    kind.__name__: [name for name in vars(kind) if not name.startswith("_")]
    for kind in (str, list, dict, set, tuple)
}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_at_least_six_concepts_and_an_overview(topic: str) -> None:
    told = library().topics[topic]  # type: ignore[index]  # parametrize gives plain strings
    assert len(told.concepts) >= 6
    assert len(told.overview.split()) >= 25


def test_a_concept_has_its_own_words_and_example_for_each_level() -> None:
    for concept in CONCEPTS:
        cards = [concept.cards[depth] for depth in DEPTHS]
        for part in ("text", "example", "mistake", "check"):
            assert len({getattr(card, part) for card in cards}) == len(DEPTHS)
        for card in cards:
            assert 20 <= len(card.text.split()) <= 120
            assert card.output.strip()


def test_a_beginner_can_read_the_card() -> None:
    for concept in CONCEPTS:
        card = concept.cards["beginner"]
        assert grade(f"{card.text}\n{card.mistake}\n{card.check.question}") <= 9


def test_a_beginner_reads_eighty_to_a_hundred_and_sixty_words() -> None:
    for concept in CONCEPTS:
        question = Question(text=concept.title, topic=concept.topic, level="beginner", concept=concept.id)
        prose = " ".join(part.text for part in explained(question) if part.kind not in ("code", "output"))
        assert 80 <= len(prose.split()) <= 160


def test_every_next_step_entry_and_contrast_leads_to_something() -> None:
    known = {*library().concepts, *library().entries}
    assert {name for concept in CONCEPTS for name in concept.next} <= set(library().concepts)
    assert {name for entry in ENTRIES for name in (*entry.near, entry.concept)} <= known


def test_no_alias_means_two_concepts() -> None:
    counts = Counter(alias for concept in CONCEPTS for alias in concept.aliases)
    assert [alias for alias, count in counts.items() if count > 1] == []


def test_no_name_of_python_means_two_entries() -> None:
    counts = Counter(name for entry in ENTRIES for name in entry.names)
    assert [name for name, count in counts.items() if count > 1] == []


def test_an_entry_has_an_example_a_trap_a_question_and_what_to_read_next() -> None:
    for entry in ENTRIES:
        assert entry.text and entry.example.strip() and entry.output.strip(), entry.id
        assert entry.check is not None and entry.near, entry.id
        assert entry.mistake or entry.kind == "contrast", entry.id
        assert 10 <= len(entry.text.split()) <= 120, entry.id


@pytest.mark.parametrize(
    "name",
    [
        *keyword.kwlist,
        *(name for name in dir(builtins) if not name.startswith("_") and name not in INTERACTIVE),
        *MODULES,
        *(f"{kind}.{name}" for kind, names in METHODS.items() for name in names),
    ],
)
def test_what_does_x_do_is_answered_for_every_name_of_python(name: str) -> None:
    found = search(f"what does `{name}` do")
    assert found and found[0].score >= SURE
    best = library().entries[found[0].id]
    assert {name.lower(), name.rpartition(".")[2].lower()} & {known.lower() for known in best.names}


def test_a_file_of_content_is_short_enough_to_be_read() -> None:
    long = [
        file.name for file in CONTENT.rglob("*.toml") if file.read_text(encoding="utf-8").count("\n") > 250
    ]
    assert long == []


def test_no_entry_has_the_id_of_a_concept() -> None:
    assert set(library().concepts).isdisjoint(library().entries)
