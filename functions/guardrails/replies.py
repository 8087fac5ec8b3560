"""What a model may say to a student: checked by machine, before anyone sees it.

Every check is a pure function of the reply and raises GuardFailed; none repairs. They run on
whole replies, and the cheap ones on each piece of a stream. Cost: linear in the reply. They are lists of
patterns: a new way to misbehave passes until its pattern is added, so nothing secret may depend on them
alone; what a model must not know is not put into its prompt.
"""

from __future__ import annotations

import re
from functools import lru_cache

from functions.model.errors import GuardFailed
from functions.model.prompts import CANARY

LINK = re.compile(r"\w://|\(//|www\.|mailto:|!\[|\]\(|<a\s|\b[\w-]+\.(?:com|org|net|io)/", re.IGNORECASE)
ECHO = re.compile(
    rf"{re.escape(CANARY)}|</?(?:student_\w+|notes|earlier)>|system prompt|patient python tutor"
    r"|<\|\w+\|>|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)
HTML = re.compile(r"<(?:script|img|iframe|style|svg|object)\b", re.IGNORECASE)
# What is looked for in prose alone: in code all of it may stand.
FENCE = re.compile(r"^```[\w+-]*[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]+`")
REFERENCE = re.compile(r"\]\[|^[ \t]*\[[^\]\n]+\]:\s*\S+[/.]|<[\w.-]+\.[a-z]{2,}\b[^<>\n]*>", re.I | re.M)
TAG = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
PERSONAL = re.compile(
    r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.]+|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\bsk-[\w-]{6,}|\bAPI_KEY\b",
    re.IGNORECASE,
)
SECRET = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\bsk-[\w-]{6,}", re.IGNORECASE)
# Words from which on nonsense and repetition can be told, and how many of the last are looked at.
MIN_JUDGED = 8
MIN_REPEATED = 40
MAX_JUDGED = 200
ECHOED_WORDS = 7
WORD = re.compile(r"[^\W\d_]{2,}")
NO_VOWEL = re.compile(r"[bcdfghjklmnpqrstvwxz]+", re.IGNORECASE)


def check_sentence(said: str, sentence: str) -> None:
    """Check the next words of an answer after what was said: no instructions, no ids or keys, no nonsense.

    Length, reading grade and subject are no reason to leave a sentence out. Raises GuardFailed.
    """
    if ECHO.search(sentence):
        raise GuardFailed("echo")
    prose = INLINE.sub(" ", FENCE.sub(" ", sentence))
    if SECRET.search(prose):
        raise GuardFailed("personal")
    words = WORD.findall(prose.lower())
    if len(words) >= MIN_JUDGED and sum(NO_VOWEL.fullmatch(word) is None for word in words) < 0.7 * len(
        words
    ):
        raise GuardFailed("nonsense")
    every = WORD.findall(INLINE.sub(" ", FENCE.sub(" ", f"{said} {sentence}")).lower())[-MAX_JUDGED:]
    if len(every) > MIN_REPEATED and len(set(every)) < 0.2 * len(every):
        raise GuardFailed("repeats itself")


def check_echo(reply: str, instructions: str) -> None:
    """Check that a reply does not recite what the model was told, also without the marker."""
    # Runs of words: a model may repeat single ones, and recites when it repeats seven in a row.
    if told := _runs_of_words(instructions):
        words = WORD.findall(reply.lower())
        ends = range(ECHOED_WORDS, len(words) + 1)
        if any(tuple(words[end - ECHOED_WORDS : end]) in told for end in ends):
            raise GuardFailed("echo")


def check_harmless(reply: str) -> None:
    """Check that a text holds no link, image or markup, nothing of the instructions and nobody's data."""
    for rule, pattern in (("link", LINK), ("echo", ECHO), ("html", HTML)):
        if pattern.search(reply):
            raise GuardFailed(rule)
    prose = INLINE.sub(" ", FENCE.sub(" ", reply))
    for rule, pattern in (("link", REFERENCE), ("html", TAG), ("personal", PERSONAL)):
        if pattern.search(prose):
            raise GuardFailed(rule)


@lru_cache(maxsize=32)
def _runs_of_words(text: str) -> frozenset[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    ends = range(ECHOED_WORDS, len(words) + 1)
    return frozenset(tuple(words[end - ECHOED_WORDS : end]) for end in ends)
