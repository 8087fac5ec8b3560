"""What the classes of a student have not come to yet: it is explained, and said to be for later."""

from __future__ import annotations

from collections.abc import Sequence

from events.models import Part
from functions.answers import answer
from functions.knowledge.library import library

LATER = "Your course comes to this later; here is a first look."
IN_OTHER_WORDS = "Not taught yet, so said in other words or said to be for later: {names}"


def for_later(concept: str | None, not_yet: Sequence[str]) -> tuple[Part, ...]:
    """Say that a concept is for later; nothing where it, its topic and its own name were taught."""
    known = library().concepts.get(concept or "")
    if known is None:
        return ()
    names = {known.id, known.topic, known.title.strip("`()").lower()}
    return (answer.text(LATER),) if names & set(not_yet) else ()


def in_words(not_yet: Sequence[str], wording: Sequence[str]) -> tuple[str, ...]:
    """Put the rules of the classes in words, for a model."""
    later = (IN_OTHER_WORDS.format(names=", ".join(not_yet)),) if not_yet else ()
    return (*later, *wording)
