"""Judging an answer to a check question: right, not right, or not to be told by a machine.

A number, a value or a word is found in what the student wrote ("it runs 5 times", "five, because ..."); the
first that could be the answer counts. Cost: linear in the text, of which MAX_READ characters are read. It
fails on a right answer in other words than the check knows: it is not told where there are many words, and
may be called wrong where there are few.
"""

from __future__ import annotations

import re
from functools import cache
from math import isclose

from functions.analysis import source
from functions.knowledge.checks import Check
from functions.knowledge.library import Concept, library

MAX_READ = 400
NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
NUMBER_WORDS = {word: str(number) for number, word in enumerate(NUMBERS)}
NUMBER_WORDS |= {"once": "1", "twice": "2", "never": "0"}
LITERAL = re.compile(
    r"\[[^\]\n]{0,200}\]|\{[^}\n]{0,200}\}|\([^()\n]*,[^()\n]*\)|`[^`\n]+`|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)"
    r"|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)|\b(?:True|False|None|true|false|none)\b"
)
CAPITAL = {"true": "True", "false": "False", "none": "None"}
WORD = re.compile(r"[\w'+*/%=<>!-]+")
# Looked for close before the choice alone: "not a list but a tuple" names two and denies one.
NEGATION = re.compile(r"\b(?:not|isn't|doesn't|don't|no|never|won't|can't|cannot)\b")


@cache
def checks() -> dict[str, tuple[Concept, Check]]:
    """Find every check question of the library by its words, with the concept that it is on."""
    books = library()
    of_cards = [(one, card.check) for one in books.concepts.values() for card in one.cards.values()]
    of_entries = [(books.concepts[one.concept], one.check) for one in books.entries.values() if one.check]
    return {check.question: (concept, check) for concept, check in (*of_entries, *of_cards)}


def judge(check: Check, said: str) -> bool | None:
    """Say whether an answer is right; None where that can not be told."""
    said = said[:MAX_READ].strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    wanted = [check.answer, *check.accepted]
    if check.kind == "value":
        return _judge_value(wanted, said)
    if check.kind == "output":
        return _judge_output(wanted, said)
    if check.kind == "choice":
        return _judge_choice(check, said)
    if check.kind == "text":
        return _judge_text(check.accepted, said)
    return None


def _judge_value(wanted: list[str], said: str) -> bool | None:
    if any(_same_value(one, said) for one in wanted):
        return True
    found = [_bare(piece) for piece in LITERAL.findall(_with_digits(said))]
    # The first value counts: what follows is most often the reason ("3, because 0, 1 and 2 are printed").
    values = [piece for piece in found if source.is_literal(piece)]
    if values:
        return any(_same_value(one, values[0]) for one in wanted)
    words = said.lower().strip(" .!?")
    texts = [str(source.literal(one)).lower() for one in wanted if source.is_literal(one)]
    if any(text and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words) for text in texts):
        return True
    # A word or two that is no such value is an answer, a wrong one; more words may mean the right one in a
    # way that no pattern knows, and "wrong" said to a right answer costs more than no verdict.
    return False if 0 < len(words.split()) <= 2 and texts else None


def _judge_output(wanted: list[str], said: str) -> bool | None:
    told = said.strip("`").strip()
    if any(_squeezed(one) == _squeezed(told) for one in wanted):
        return True
    quoted = [_bare(piece) for piece in re.findall(r"`[^`]+`|\"[^\"]+\"|(?<!\w)'[^']+'(?!\w)", said)]
    if any(_squeezed(one) in map(_squeezed, quoted) for one in wanted):
        return True
    lines = [line.split() for line in wanted]
    # Words without quotes: what is printed is looked for within the sentence.
    joined = _squeezed(_with_digits(said))
    found = any(
        re.search(rf"(?<!\w){re.escape(' '.join(words).lower())}(?!\w)", joined) for words in lines if words
    )
    if found:
        return True
    return False if quoted or re.search(r"\d", told) or len(told.split()) <= 3 else None


def _judge_choice(check: Check, said: str) -> bool | None:
    told = said.strip(" .!()").lower()
    letters = {chr(ord("a") + place): one for place, one in enumerate(check.choices)}
    numbers = {str(place + 1): one for place, one in enumerate(check.choices)}
    right = {one.lower() for one in (check.answer, *check.accepted)}
    exact = told in {one.lower() for one in check.choices}
    # A choice may itself be "a" or "2": then it is meant as itself, and not as the place in the list.
    if not exact and (picked := letters.get(told) or numbers.get(told)):
        return picked.lower() in right
    named = [one for one in (*check.choices, *check.accepted) if _names(one.lower(), said.lower())]
    if not named:
        return None
    # Of two that begin at the same place the longer: "list comprehension" is not "list".
    first = min(named, key=lambda one: (said.lower().find(one.lower()), -len(one)))
    return (first.lower() in right) != bool(NEGATION.search(said.lower().partition(first.lower())[0][-12:]))


def _judge_text(accepted: tuple[str, ...], said: str) -> bool | None:
    words = {word.strip("'") for word in WORD.findall(said.lower())}
    stems = (
        # Plurals and past forms by cutting alone: the groups are written on stems, and a wrong cut finds
        # nothing.
        words | {word[:-1] for word in words if word.endswith("s")} | {word.rstrip("ed") for word in words}
    )
    for group in accepted:
        parts = group.lower().split()
        if all(any(one in stems or _starts(one, words) for one in part.split("|")) for part in parts):
            return True
    return False if words else None


def _starts(stem: str, words: set[str]) -> bool:
    return len(stem) >= 4 and any(word.startswith(stem) for word in words)


def _names(choice: str, said: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(choice.strip('`'))}(?!\w)", said) is not None


def _same_value(one: str, other: str) -> bool:
    other = _bare(_with_digits(other).strip(" .!?"))
    try:
        left, right = source.literal(one), source.literal(other)
    except SyntaxError:
        return one.strip().strip("'\"") == other.strip().strip("'\"")
    # To Python `True == 1`; to a beginner who is asked what a comparison gives they are not the same.
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        # `0.1 + 0.2` may be answered 0.3: what is asked for is what it is worth, not how it is printed.
        return isclose(left, right, rel_tol=1e-9)
    return type(left) is type(right) and bool(left == right)


def _bare(piece: str) -> str:
    piece = piece.strip().strip("`").strip()
    return CAPITAL.get(piece, piece)


def _with_digits(said: str) -> str:
    return re.sub(
        r"\b(?:" + "|".join(NUMBER_WORDS) + r")\b",
        lambda found: NUMBER_WORDS[found[0].lower()],
        said,
        flags=re.IGNORECASE,
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split()).lower()
