"""Spelling: a word one slip away from a word that triage knows is read as that word.

Cost: some ten look-ups for each unknown word; the forms of all known words are made once, some eighteen
thousand. It fails where two known words are equally near: the one that says more to the classifier is
taken, and may be the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from functions.knowledge.index import index
from functions.knowledge.matching import one_left_out
from functions.triage.features import vocabulary
from functions.triage.linear import weights
from functions.triage.signals import signals
from functions.triage.vocabulary import terms

# Words of prose alone: no part of a name, a path, a call, a number or what is set as code.
WORD = re.compile(r"`[^`\n]*`|(?<![\w.'])[A-Za-z]+(?:'[a-z]+)?(?![\w(]|\.\w)")
WORD_FEATURE = "word:"
MIN_LENGTH, MAX_LENGTH = 4, 20
# In shorter words another letter makes another word too often.
SWAPPED_FROM = 6


def mended(prose: str) -> str:
    """Correct the words that are not known, where one known word is a slip away; the rest stays."""
    return WORD.sub(lambda found: _mended(found.group()), prose)


@cache
def known_words() -> frozenset[str]:
    """All words that say something to triage."""
    learned = (name.removeprefix(WORD_FEATURE) for name in weights().of if name.startswith(WORD_FEATURE))
    return frozenset(
        word for word in {*learned, *vocabulary(), *signals().kin, *terms()} if word[0].isalpha()
    )


@cache
def library_words() -> frozenset[str]:
    """All words that the library is asked with: they are meant as they are."""
    return frozenset(index().words)


def _mended(word: str) -> str:
    lowered = word.lower()
    if not MIN_LENGTH <= len(word) <= MAX_LENGTH or lowered in known_words() or lowered in library_words():
        return word
    # By what is left without a letter on both sides (the symmetric deletion of SymSpell): some ten look-ups
    # for a word, where comparing it with every known one would be thousands.
    near = {choice for form in one_left_out(lowered) for choice in _known_forms().get(form, ())}
    choices = [choice for choice in near if _is_a_slip(lowered, choice)]
    return max(
        choices, key=lambda choice: (choice[-1] == lowered[-1], _strength(choice), choice), default=word
    )


def _is_a_slip(word: str, meant: str) -> bool:
    """Whether a letter is missing, too many, swapped or, in a long word, wrong; the first one is right."""
    moved = len(word) != len(meant) or sorted(word) == sorted(meant)
    return word[0] == meant[0] and (moved or len(word) >= SWAPPED_FROM)


def _strength(word: str) -> float:
    """How much a word says: the sum of what it weighs."""
    return sum(map(abs, weights().of.get(WORD_FEATURE + word, ())))


@cache
def _known_forms() -> Mapping[str, frozenset[str]]:
    """Map what is left of a known word without one of its letters to the word: a slip has such a form too."""
    forms: dict[str, set[str]] = {}
    for word in known_words():
        if MIN_LENGTH <= len(word) <= MAX_LENGTH:
            for form in one_left_out(word):
                forms.setdefault(form, set()).add(word)
    return {form: frozenset(words) for form, words in forms.items()}
