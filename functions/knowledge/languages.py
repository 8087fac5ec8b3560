"""The languages that students write in: noticed, answered politely, their usual words put into English.

By script where a language has one of its own, else by how many of its frequent words are in the text. Cost: a
look up for each word and language, well under a millisecond. It fails on a few words that two languages
share, and on languages that are in no table: both are read as English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("languages.toml")
FURTHER = Path(__file__).with_name("other-languages.toml")
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
WORD = re.compile(rf"[^\W\d_]+(?:['{APOSTROPHE}-][^\W\d_]+)*")
ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "a",
        "an",
        "what",
        "how",
        "why",
        "do",
        "does",
        "my",
        "me",
        "i",
        "you",
        "can",
        "to",
        "of",
        "and",
        "in",
        "it",
        "this",
        "that",
        "for",
        "with",
        "not",
        "give",
        "please",
        "i'm",
        "don't",
        "doesn't",
        "what's",
        "explain",
        "when",
        "which",
    ]
)
# One foreign word may be a name in an English question, so two are wanted, and a third of all.
MIN_WORDS = 2
MIN_SHARE = 0.34
# Low, because an answer about programs is full of English words and names in any language.
MIN_COMMON = 0.12
READ = 600
# Left out: keywords and messages are English in every language.
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Language:
    """A language other than English."""

    code: str
    name: str
    polite: str
    words: frozenset[str]
    script: re.Pattern[str] | None
    terms: Mapping[str, str]
    common: frozenset[str] = frozenset()

    @property
    def spaced(self) -> bool:
        """Whether blanks stand between its words."""
        return self.script is None or self.code in {"ru", "uk", "hi", "ar", "ko"}

    def words_for(self, english: Set[str]) -> set[str]:
        """Give its words for things that are named in English."""
        return {term for term, told in self.terms.items() if english & set(told.split())}

    def is_of(self, prose: str, words: Sequence[str]) -> bool:
        """Whether prose is written in it: by its letters, or by the words that every sentence needs."""
        if self.script is not None:
            letters = sum(sign.isalpha() and not sign.isascii() for sign in prose)
            return len(self.script.findall(prose.lower())) > 0.5 * letters > 0
        return sum(word in self.common for word in words) >= MIN_COMMON * len(words)


def language_of(text: str) -> Language | None:
    """Say in which language a message is written; None for English, and when it can't be told."""
    prose = CODE.sub(" ", text[: 2 * READ])[:READ].lower()
    letters = sum(sign.isalpha() for sign in prose)
    for language in languages().values():
        if language.script is not None and len(language.script.findall(prose)) > _needed(language, letters):
            return language
    words = [word.replace(APOSTROPHE, "'") for word in WORD.findall(prose)]
    counts = {one.code: sum(word in one.words for word in words) for one in languages().values()}
    best = max(counts, key=lambda code: counts[code])
    english = sum(word in ENGLISH for word in words)
    told = counts[best] > english and counts[best] >= MIN_WORDS
    return languages()[best] if told and counts[best] >= MIN_SHARE * len(words) else None


def in_english(text: str, language: Language) -> str:
    """Put the words of a question that the cards know into English, the longest first."""
    return _translated(text, language, language.terms)


def for_search(text: str, language: Language) -> str:
    """Put all words of a question into English that there are words for, and leave out what stays."""
    english = _translated(text, language, {**further()[language.code], **language.terms})
    little = language.words | language.common
    kept = (word for word in english.split() if "".join(WORD.findall(word)) not in little)
    return " ".join(word for word in kept if language.script is None or not language.script.search(word))


@cache
def further() -> Mapping[str, Mapping[str, str]]:
    """Read further words of every language, once per process and not before one is needed."""
    read: dict[str, dict[str, str]] = tomllib.loads(FURTHER.read_text(encoding="utf-8"))
    return read


def _translated(text: str, language: Language, terms: Mapping[str, str]) -> str:
    text = text.lower().replace(APOSTROPHE, "'")
    # Korean has blanks, but its particles hang on to the word, so that the edge of a word says nothing.
    spaced = language.spaced and language.code != "ko"
    # The longest first, or "lista de listas" would be put into English word by word.
    for term in sorted(terms, key=len, reverse=True):
        edge = (r"(?<!\w)", r"(?!\w)") if spaced else ("", "")
        text = re.sub(edge[0] + re.escape(term) + edge[1], terms[term], text)
    return " ".join(text.split())


@cache
def languages() -> Mapping[str, Language]:
    """Read the file, once per process; a language known by rarer letters comes before its neighbour."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    # Ukrainian is written in the letters of Russian and four more, Japanese in those of Chinese and its own:
    # looked at later they would never be reached.
    order = sorted(tables, key=lambda code: code not in {"uk", "ja"})
    return {
        code: Language(
            code=code,
            name=tables[code]["name"],
            polite=tables[code]["polite"],
            words=_words(tables[code]),
            script=re.compile(tables[code]["script"]) if "script" in tables[code] else None,
            terms=tables[code]["terms"],
            common=frozenset(tables[code].get("common", "").split()),
        )
        for code in order
    }


def _words(table: dict[str, Any]) -> frozenset[str]:
    """Give the words that tell a language: its own, and those of its terms that are not English as well."""
    terms = {word for term in table["terms"] for word in WORD.findall(term)}
    english = {word for term in table["terms"].values() for word in WORD.findall(term)}
    return frozenset({*table["words"].split(), *terms} - english - ENGLISH)


def _needed(language: Language, letters: int) -> float:
    """How many letters of a script make a text one of its language: few are enough for rare ones."""
    return 0 if language.code in {"uk", "ja"} else 0.3 * letters
