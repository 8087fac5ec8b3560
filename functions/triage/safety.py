"""What an adult has to know of, before all else: harm, abuse, violence, bullying, threats.

Fixed patterns, no model: the same message is always read the same way, and nobody outside the school sees
it. They are tried on the message without accents, signs and disguises ("k1ll"), in all languages that
triage knows at once, since a short message does not tell its own. Linear in the length of the message. What
fails: irony, hints, images, languages that are not listed, and whatever nobody has worded here:
docs/safety.md says so to schools.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from events.models import Concern
from functions.triage import safety_roles

# The gravest first: a message may tell of several.
CONCERNS: tuple[Concern, ...] = ("self_harm", "sexual", "abuse", "threat", "violence", "bullying")
FILE = Path(__file__).with_name("safety.toml")
LANGUAGES = Path(__file__).with_name("safety_languages.toml")
MARKS = re.compile("[\u0300-\u036f\u064b-\u0652]")
AS_LETTERS = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
PLAIN = str.maketrans({
    "\u0131": "i", "\u0142": "l", "\u00df": "ss", "\u0153": "oe", "\u00e6": "ae", "\u0623": "\u0627",
    "\u0625": "\u0627", "\u0622": "\u0627", "\u2019": "'", "\u2018": "'", "\u0060": "'", "\u00b4": "'",
    "\u02bc": "'", "\u0640": None,
})  # fmt: skip
DISGUISED = re.compile(r"(?<!\S)(?=\S*[a-z])(?=\S*[013457@$!])[a-z013457@$!]{3,20}(?!\S)")
STARRED = {
    "k*ll": "kill",
    "k**l": "kill",
    "d*e": "die",
    "su*cide": "suicide",
    "r*pe": "rape",
    "r*ped": "raped",
}
# French and Italian: the word before the apostrophe is a word of its own.
ELIDED = re.compile(r"(?<!\w)([lmjndstc]|qu|jusqu|quelqu|dell|nell|all|un)'(?=\w)")
REPEATED = re.compile(r"([a-z])\1{2,}")
OTHER = re.compile(r"[^\w\s'\u0900-\u097f]|_")
QUOTATION = re.compile(
    r"\"([^\"\n]{1,200})\"|\u201c([^\u201d\n]{1,200})\u201d|(?<!\w)'([^'\n]{1,200})'(?!\w)"
)
# Cyrillic, Arabic, Devanagari, kana, Chinese and Korean letters.
OTHER_LETTERS = re.compile("[\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
CYRILLIC = re.compile("[\u0400-\u04ff]")
AROUND = 16
MAX_STEM = 12
MAX_READ = 8000
UNLESS = "unless_told_of_a_program"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is looked for besides the patterns themselves."""

    program: frozenset[str]
    told: re.Pattern[str]
    printed: re.Pattern[str]
    stems: frozenset[str]


def concern_in(said: str) -> Concern | None:
    """Say what a message tells of that an adult has to know; None for nearly all messages."""
    rules = _rules()
    heard = _plain(_without_what_is_printed(said[:MAX_READ], rules))
    if OTHER_LETTERS.search(heard) and (found := _found(_by_letters(), heard)):
        return found
    words = heard.split()
    spans = list(_near(words, rules.stems))
    told = {found for span in spans if (found := _found(_always(), span))}
    quiet = rules.program.isdisjoint(words)
    told.update(_by_roles(words, heard, quiet=quiet))
    if not told and quiet:
        told = {found for span in spans if (found := _found(_unless_told(), span))}
    return min(told, key=CONCERNS.index, default=None)


def _by_roles(words: list[str], heard: str, *, quiet: bool) -> Iterator[Concern]:
    for rule in _roles().near(words):
        if (quiet or not rule.quiet) and _compiled_once(rule.pattern).search(heard):
            yield rule.concern


@cache
def _compiled_once(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _found(patterns: Mapping[Concern, re.Pattern[str]], heard: str) -> Concern | None:
    return next((concern for concern, pattern in patterns.items() if pattern.search(heard)), None)


def _near(words: list[str], stems: frozenset[str]) -> Iterator[str]:
    """Give what is around the words that matter: nearly all messages have none."""
    hits = [n for n, word in enumerate(words) if not stems.isdisjoint(_beginnings(word))]
    begin, end = 0, 0
    for hit in hits:
        if hit - AROUND > end and end:
            yield " ".join(words[begin:end])
            begin = hit - AROUND
        elif not end:
            begin = max(0, hit - AROUND)
        end = hit + AROUND
    if end:
        yield " ".join(words[max(0, begin) : end])


def _beginnings(word: str) -> set[str]:
    return {word[:length] for length in range(2, min(len(word), MAX_STEM) + 1)}


def _without_what_is_printed(said: str, rules: Rules) -> str:
    """Leave away what a program is to say: a quotation after such a word, and what follows "prints"."""
    kept, at = [], 0
    for match in QUOTATION.finditer(said):
        before = said[max(0, match.start() - 80) : match.start()].lower()
        if rules.told.search(before):
            kept.append(said[at : match.start()])
            at = match.end()
    kept.append(said[at:])
    return "\n".join(rules.printed.sub(" ", line) for line in "".join(kept).splitlines())


def _plain(said: str) -> str:
    """Write a message in plain small letters: no accents, no signs, no disguise, one blank between words."""
    small = unmarked(said.lower())
    for starred, plain in STARRED.items():
        small = small.replace(starred, plain)
    small = DISGUISED.sub(lambda match: match.group().rstrip("!").translate(AS_LETTERS), small)
    small = ELIDED.sub(r"\1 ", small)
    small = REPEATED.sub(r"\1", OTHER.sub(" ", small).replace("'", ""))
    return " ".join(small.split())


def languages() -> frozenset[str]:
    """Say for which languages besides English there are patterns."""
    return frozenset(tomllib.loads(LANGUAGES.read_text(encoding="utf-8")))


def unmarked(text: str) -> str:
    """Take accents away, and give letters of one sound one form."""
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFKD", text))).translate(PLAIN)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _foreign() -> dict[str, dict[Concern, list[str]]]:
    return tomllib.loads(unmarked(LANGUAGES.read_text(encoding="utf-8")))


@cache
def _rules() -> Rules:
    """Read what every message is looked at with; the patterns are compiled when one first needs them."""
    tables = _tables()
    return Rules(
        program=frozenset(tables["program"]["words"].split()),
        told=re.compile(tables["program"]["told"]),
        printed=re.compile(tables["program"]["printed"], re.IGNORECASE),
        stems=frozenset(tables["near"]["stems"].split()),
    )


@cache
def _always() -> Mapping[Concern, re.Pattern[str]]:
    """Compile the patterns for the Latin alphabet, once per process."""
    tables = _tables()
    found = {concern: list(_entries(tables, concern, "always", tables["words"])) for concern in CONCERNS}
    for concern, pattern in _foreign_patterns(by_letters=False):
        found[concern].append(pattern)
    return _compiled(found)


@cache
def _by_letters() -> Mapping[Concern, re.Pattern[str]]:
    """Compile the patterns for the other alphabets."""
    found: dict[Concern, list[str]] = {concern: [] for concern in CONCERNS}
    for concern, pattern in _foreign_patterns(by_letters=True):
        found[concern].append(pattern)
    return _compiled(found)


@cache
def _unless_told() -> Mapping[Concern, re.Pattern[str]]:
    """Compile the patterns that count only where the message speaks of no program."""
    tables = _tables()
    found = {concern: list(_entries(tables, concern, UNLESS, tables["words"])) for concern in CONCERNS}
    return _compiled(found)


@cache
def _roles() -> safety_roles.RoleIndex:
    """Read the rules of roles, once per process; each is compiled when one of its words is first met."""
    words = _tables()["words"]
    return safety_roles.index(lambda pattern: _filled(pattern, words), _groups(by_letters=False))


def _groups(*, by_letters: bool) -> Iterator[tuple[Concern, list[str]]]:
    """Give the roles in other languages."""
    for concerns in safety_roles.together(unmarked).values():
        for concern, rows in concerns.items():
            for groups in rows:
                if (OTHER_LETTERS.search(groups[0]) is not None) == by_letters:
                    yield concern, groups


def _foreign_patterns(*, by_letters: bool) -> Iterator[tuple[Concern, str]]:
    if by_letters:
        for concern, groups in _groups(by_letters=True):
            # But for Cyrillic, words are written together with others: they are looked for inside.
            yield concern, safety_roles.grouped(groups, spaced=CYRILLIC.search(groups[0]) is not None)
    for language in _foreign().values():
        for concern, patterns in language.items():
            for pattern in patterns:
                if (OTHER_LETTERS.search(pattern) is not None) == by_letters:
                    yield concern, pattern


def _compiled(patterns: Mapping[Concern, list[str]]) -> Mapping[Concern, re.Pattern[str]]:
    return {concern: re.compile("|".join(found)) for concern, found in patterns.items() if found}


def _entries(tables: Mapping[str, Any], concern: str, name: str, words: Mapping[str, str]) -> Iterator[str]:
    for table in tables[concern]:
        for pattern in table.get(name, ()):
            yield _filled(pattern, words)


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """Put the words in the place of their names; they may name one another."""
    for _ in range(3):
        for name, value in words.items():
            pattern = pattern.replace(f"{{{name}}}", value)
    return pattern
