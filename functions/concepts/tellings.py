"""The ways to tell one article: as it is, in short, by a comparison, step by step, as a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.models import Part
from functions.analysis.line_words import lines_of
from functions.answers import answer
from functions.concepts import code_tables
from functions.concepts.everyday import everyday
from functions.diagnosis.runner import Runner
from functions.knowledge.checks import Check
from functions.knowledge.library import Concept, Depth, Entry

RUN_WITHIN_S = 3.0
FIRST_SENTENCE = re.compile(r"(?s).*?[.!?:](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Article:
    """What is told: one card of a concept, or one entry; an example may be missing."""

    title: str
    text: str
    example: str = ""
    output: str = ""
    mistake: str = ""
    check: Check | None = None
    typed: str = ""


def card_of(concept: Concept, depth: Depth) -> Article:
    """Take one card of a concept."""
    card = concept.cards[depth]
    return Article(concept.title, card.text, card.example, card.output, card.mistake, card.check)


def article_of(entry: Entry) -> Article:
    """Take an entry."""
    return Article(
        entry.title, entry.text, entry.example, entry.output, entry.mistake, entry.check, entry.typed
    )


def shown(article: Article) -> tuple[Part, ...]:
    """Show the example of an article and what it prints."""
    if not article.example.strip():
        return ()
    return (answer.code(article.example), answer.output(article.output))


def told(article: Article) -> tuple[Part, ...]:
    """Tell an article as it is."""
    warning = (answer.text(f"**Watch out:** {article.mistake}"),) if article.mistake else ()
    head = answer.text(f"**{article.title}**\n\n{article.text}")
    return (head, *shown(article), *warning, *_checked(article))


def likened(concept: Concept) -> tuple[Part, ...]:
    """Compare a concept with something of every day; nothing where no comparison is known."""
    known = everyday().get(concept.id)
    if known is None:
        return ()
    article = card_of(concept, "beginner")
    head = answer.text(f"**{concept.title}, in other words.** {known.like}")
    return (head, *shown(article), *_checked(article))


def brief(article: Article) -> tuple[Part, ...]:
    """Tell the first sentence of an article and its example."""
    said = first_sentence(article.text).rstrip(":")
    return (answer.text(f"**{article.title}, in short:** {said}"), *shown(article))


async def steps(article: Article, runner: Runner) -> tuple[Part, ...]:
    """Go through the example of an article line by line, with the values of a run; nothing without one."""
    try:
        lines = code_tables.lines_table(lines_of(article.example), None)
    except SyntaxError:
        return ()
    if not article.example.strip():
        return ()
    head = answer.text(f"**{article.title}, step by step.** What the lines do:\n\n{lines}")
    run = await runner.observe(article.example, RUN_WITHIN_S, article.typed)
    if run is None or not run.steps:
        return (head, answer.code(article.example), *_checked(article))
    rows = article.example.splitlines()
    more = "\n\nIt goes on in the same way." if code_tables.is_cut(run, rows) else ""
    table = answer.text(f"And now the run. Each row is one step:\n\n{code_tables.run_table(run, rows)}{more}")
    return (head, answer.code(article.example), table, *_checked(article))


async def drawn(article: Article, runner: Runner) -> tuple[Part, ...]:
    """Draw the values of the example of an article after each line; nothing where none can be drawn."""
    if not article.example.strip():
        return ()
    run = await runner.observe(article.example, RUN_WITHIN_S, article.typed)
    drawing = code_tables.picture(run) if run is not None else ""
    if not drawing:
        return ()
    said = "Names and their values after each line that changes one"
    head = answer.text(f"**{article.title}, as a picture.** {said}:\n\n```text\n{drawing}\n```")
    return (head, answer.code(article.example))


def first_sentence(text: str) -> str:
    """Give the first sentence of a text."""
    found = FIRST_SENTENCE.match(text)
    return (found.group() if found else text).strip()


def _checked(article: Article) -> tuple[Part, ...]:
    return (
        (answer.onward(f"**Check yourself:** {article.check.question}"),) if article.check is not None else ()
    )
