"""Reading how a message goes on from the answer before it, told from its words and the state alone.

A message goes on when it says one of the ways of follow_ups.toml, or leaves out what it is about ("and
remove?"). It does not when it names another concept, brings a program, or asks for something else. It fails
on long messages that go on: past MAX_WORDS words they are questions of their own.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from events.models import FollowUp as FollowUpKind
from functions.knowledge.explanations import inline
from functions.knowledge.library import library
from functions.knowledge.matching import find_concepts

if TYPE_CHECKING:
    from functions.conversation.state import State

FILE = Path(__file__).with_name("follow_ups.toml")
# Longer ones say their subject themselves.
MAX_WORDS = 22
# Texts of which the reading is kept: each is read again with every message of its conversation.
MAX_KNOWN = 2048
MAX_OPEN_WORDS = 14
# So short a phrase is an idiom, whatever names of Python are in it ("what else?").
MAX_IDIOM = 2
# What words alone can go on from; after an exercise "easier" and "another one" wish for the next exercise.
TALKS = frozenset({"concept", "explanation", "hint"})
POINTS_BACK = re.compile(
    r"\b(?:it|its|them|they|that|this|these|those|there|one|ones|each|both|either|the (?:other|first"
    r"|second|last|example"
    r"|same|indented|colon|brackets?|quotes?|program|code|line|loop|function|list|part))\b"
    r"|\bline \d+\b|^(?:and|but|so|or|ok|okay|then|also|what about|how about)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"\?|^(?:and|but|so|or|ok|okay|then|also)\b"
    r"|\b(?:wh?ats?|why|how|when|where|which|who|whose|can|could|does|do|is|are|should|would|tell|show"
    r"|explain|need|mean)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"\b(?:exercises?|tasks?|practi[cs]e|quiz\w*|test me|my progress|how am i doing|my (?:score|level"
    r"|streak|mastery)"
    r"|review my|check my code|homework|hello|hi|thanks?|thank you|thx|bye|harder one|easier one"
    r"|assignment)\b",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"^(?:(?:and|or|but|so|ok|okay|then|also|hm+|well|now|please|pls|can you|could you|can u)[ ,]+)+",
    re.IGNORECASE,
)
PLAIN_ENGLISH = re.compile(r"\b(?:plain|simple|easy|normal) english\b")
DIFFERS = re.compile(r"\bdiffer\w*\b|\bcompare\w*\b")
POINTS_AT_IT = re.compile(r"\b(?:it|its|them|they|their|those)\b")
# What beginners say of adding and removing, in the words of the library.
PLAINLY = (
    (
        re.compile(
            r"\b(?:take|throw|chuck|kick|cut) (?:(it|them|one|something) )?(?:out|away)\b|\bget rid of\b"
        ),
        r"remove \1",
    ),
    (re.compile(r"\b(?:put|stick|push) (?:(it|them|one|something) )?(?:in|into|on)\b"), r"add \1 to"),
)
PLACE = re.compile(
    r"^the (first|second|third|last|next|biggest|smallest) (?:one|item|element)?\W*$", re.IGNORECASE
)
NAMED = frozenset({"keyword", "operator", "builtin", "method", "module", "exception", "idea"})
PRONOUN = re.compile(r"\b(?:it|them|that|this|those|these|one)\b", re.IGNORECASE)
QUESTION_WORD = re.compile(
    r"^(?:how|what|why|when|where|which|who|can|could|does|do|is|are|should|would|will|if)\b", re.IGNORECASE
)
VERB_ONLY = re.compile(
    r"^(?!the\b|a\b|an\b|in\b|with\b|for\b|about\b|if\b|else\b|while\b|when\b)[a-z]+(?: [a-z]+){0,3}\W*$"
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How a message goes on, and what it asks with the things it left out put in."""

    kind: FollowUpKind
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to go on, and the words that say so."""

    kind: FollowUpKind
    said: re.Pattern[str]
    elsewhere: tuple[str, ...]

    def is_in(self, words: str) -> bool:
        """Whether a message in lower case says so."""
        return bool(self.said.search(words)) or any(phrase in words for phrase in self.elsewhere)


@cache
def ways() -> tuple[Way, ...]:
    """Read the ways to go on, once per process."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["way"]
    return tuple(
        Way(table["kind"], re.compile("|".join(table["said"])), tuple(table["elsewhere"])) for table in tables
    )


@cache
def language_names() -> dict[str, tuple[str, ...]]:
    """Read how students name languages, by their tags."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["languages"]
    return {code: tuple(names) for code, names in tables.items()}


def read_follow_up(text: str, state: State) -> FollowUp | None:
    """Say how a message goes on from the answer before it; None when it is a question of its own."""
    words = plain(text)
    if not state.kind or not words or len(words.split()) > MAX_WORDS:
        return None
    if state.kind not in TALKS or ELSEWHERE.search(words):
        return None
    if language_wished(text) is not None:
        return FollowUp("language", state.asked)
    others = _others_named(words, state)
    kind = _said(words)
    # "so how do they differ?" after an article on the difference asks for the same once more, in other words.
    contrast = state.entry in library().entries and bool(library().entries[state.entry or ""].of)
    if contrast and POINTS_AT_IT.search(words) and DIFFERS.search(words):
        return FollowUp("rephrase", state.asked)
    if _is_asked_again(words, state):
        return FollowUp("rephrase", state.asked)
    # A named concept makes it a question of its own ("simpler: what is a tuple?"), except where the words are
    # an idiom or play with what was shown.
    told = kind is not None and (not others or kind == "what_if" or len(words.split()) <= MAX_IDIOM)
    if told and kind is not None and (kind != "next_hint" or state.kind == "hint"):
        return FollowUp(kind, resolved(text, state) if kind in ("what_if", "why") else text)
    if others and POINTS_AT_IT.search(words) and not state.is_of_program:
        return FollowUp("about", resolved(text, state))
    if others or len(words.split()) > MAX_OPEN_WORDS:
        return None
    return FollowUp("about", resolved(text, state)) if _leaves_out(words, state) else None


def wonders(text: str, state: State) -> bool:
    """Whether a short message asks something in a talk about a concept, in words that nothing else knows."""
    words = plain(text)
    short = 1 < len(words.split()) <= MAX_OPEN_WORDS
    talks = state.kind == "concept" and state.concept is not None
    return talks and short and ASKS.search(words) is not None and not ELSEWHERE.search(words)


@lru_cache(MAX_KNOWN)
def _said(words: str) -> FollowUpKind | None:
    """Find the way to go on that words say; None where they say none."""
    return next((way.kind for way in ways() if way.is_in(words)), None)


def plain(text: str) -> str:
    """Write a message in small letters, with straight apostrophes and single blanks."""
    return " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


@lru_cache(MAX_KNOWN)
def shift_of(text: str) -> int:
    """Say how many levels deeper (or simpler, below 0) a message wants the answer."""
    said = {way.kind for way in ways() if way.is_in(plain(text))}
    return ("more_detail" in said) - ("simpler" in said)


@lru_cache(MAX_KNOWN)
def language_wished(text: str) -> str | None:
    """Name the language that a message asks for, as a tag; None where it asks for none."""
    words = PLAIN_ENGLISH.sub("", plain(text))
    if len(words.split()) > MAX_WORDS:
        return None
    for code, names in language_names().items():
        for name in names:
            if re.search(
                rf"(?:\b(?:in|auf|en|em|in het|po|na|на|into|speak|use|to)\s+)?(?<!\w){name}(?!\w)", words
            ) and (_is_wish(words, name)):
                return code
    return None


def resolved(text: str, state: State) -> str:
    """Put what a message left out back into it: the name of the concept that the talk is about."""
    said = OPENING.sub("", " ".join(text.split())).strip()
    books = library()
    entry, known = books.entries.get(state.entry or ""), books.concepts.get(state.concept or "")
    if known is None or state.is_of_program:
        return said
    for phrase, plainly in PLAINLY:
        said = phrase.sub(plainly, said)
    name = inline(entry if entry is not None and entry.kind in NAMED else known)
    if place := PLACE.match(said):
        return f"how do I get the {place[1]} item in {name}?"
    named = {match.concept for match in find_concepts(said)}
    if state.concept in named or (named and not PRONOUN.search(said)):
        return said
    if not QUESTION_WORD.match(said) and VERB_ONLY.match(said):
        return f"how do I {said.rstrip('?!. ')} in {name}?"
    if PRONOUN.search(said):
        return PRONOUN.sub(name, said, count=1)
    return f"{said.rstrip('?!. ')} ({name})?"


def _is_wish(words: str, name: str) -> bool:
    """Whether the name of a language is a wish for it, and not the subject of a question."""
    # "Spanish please" is a wish, "which Spanish letters are vowels in my program" is none.
    short = len(words.split()) <= 4
    led = re.search(
        rf"\b(?:in|auf|en|em|po|into|speak|use|to|translate\w*|answer\w*|на|explain\w*|explícame"
        rf"|erkläre)\s+(?:\w+\s+){{0,2}}{name}",
        words,
    )
    return bool(led) or short or not words.isascii()


def _others_named(words: str, state: State) -> bool:
    """Whether a message names a concept, and not the one that the talk is about."""
    named = [match.concept for match in find_concepts(words) if match.weight >= 1]
    if state.is_of_program and PRONOUN.search(words):
        return False
    return bool(named) and state.concept not in named and not state.is_of_program


def _is_asked_again(words: str, state: State) -> bool:
    """Whether a message is the question before it, word for word or nearly."""
    asked = set(re.findall(r"\w+", plain(state.asked)))
    said = set(re.findall(r"\w+", words))
    # By Jaccard's index: a word more or less, or another order, is still the same question.
    return len(said) > 2 and len(asked & said) >= 0.85 * len(asked | said)


def _leaves_out(words: str, state: State) -> bool:
    """Whether a message asks something that only what came before can complete."""
    if not ASKS.search(words):
        return False
    about_same = state.concept is not None and any(m.concept == state.concept for m in find_concepts(words))
    return about_same or bool(POINTS_BACK.search(words)) or (state.is_of_program and len(words.split()) <= 8)
