"""What a model may say to a student: checked by machine, before anyone sees it.

Every check is a pure function of the reply and raises GuardFailed or ModelRefused; none repairs. They run on
whole replies, and the cheap ones on each piece of a stream. Cost: linear in the reply. They are lists of
patterns: a new way to misbehave passes until its pattern is added, so nothing secret may depend on them
alone; what a model must not know is not put into its prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from functions.guardrails.solution_leaks import reveals_line, reveals_solution
from functions.knowledge.languages import Language
from functions.model.errors import GuardFailed, ModelRefused
from functions.model.prompts import CANARY

LINK = re.compile(r"\w://|\(//|www\.|mailto:|!\[|\]\(|<a\s|\b[\w-]+\.(?:com|org|net|io)/", re.IGNORECASE)
REFUSAL = re.compile(
    r"\b(?:es tut mir leid|(?:je suis )?désolée?|lo siento|sinto muito|mi dispiace|het spijt me|przykro mi)\b"
    r"|抱歉|对不起|申し訳|すみません|죄송|извините|к сожалению"
    r"|\b(?:i(?:'m| am) (?:sorry|unable|not able)"
    r"|i (?:can(?:'t|not)|won't|will not) (?:help|assist|answer|provide|comply|do)"
    r"|as an ai|against my|content policy)\b",
    re.IGNORECASE,
)
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
ENOUGH_WORDS = 12
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NO_VOWEL = re.compile(r"[bcdfghjklmnpqrstvwxz]+", re.IGNORECASE)
CHARACTERS_A_WORD = 2
FUNCTION_WORDS = frozenset(
    (
        "the",
        "a",
        "an",
        "is",
        "are",
        "to",
        "of",
        "and",
        "in",
        "it",
        "you",
        "your",
        "that",
        "this",
        "with",
        "not",
    )
)


def check_prose(
    reply: str, *, least: int, most: int, about: Iterable[str], language: Language | None = None
) -> None:
    """Check a reply of `least` to `most` words that must speak of at least one of the words in `about`.

    It may be in the student's language: of what it speaks is told by its words in English alone.
    Raises GuardFailed, or ModelRefused when the model would not answer.
    """
    prose = FENCE.sub(" ", reply)
    words = WORD.findall(prose.lower())
    _check_refusal(prose)
    length = count_words(prose, language)
    if not least <= length <= most:
        raise GuardFailed(f"length: {length} words")
    check_harmless(reply)
    _check_language(prose, words, language)
    if language is None and not set(about) & set(words):
        raise GuardFailed("not about the question")


def count_words(prose: str, language: Language | None = None) -> int:
    """Count the words of prose; of languages without blanks by their characters."""
    if language is None or language.spaced:
        return len(WORD.findall(prose))
    return sum(sign.isalpha() for sign in prose) // CHARACTERS_A_WORD


def check_phrases(prose: str, *, whole: bool, language: Language | None = None) -> None:
    """Check prose that is still growing; `whole` when there is enough of it to judge its language.

    Raises GuardFailed, or ModelRefused when the model would not answer.
    """
    _check_refusal(prose)
    check_harmless(prose)
    words = WORD.findall(prose.lower())
    if whole or len(words) >= ENOUGH_WORDS:
        _check_language(prose, words, language)


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


def check_no_code(reply: str) -> None:
    """Check that a reply has no fenced code at all."""
    if "```" in reply:
        raise GuardFailed("code where none belongs")


def check_hint(reply: str, *, solutions: Iterable[str], known: str) -> None:
    """Check that a hint shows nothing of the solutions that is not in the student's own program."""
    for solution in solutions:
        if reveals_line(reply, solution, known):
            raise GuardFailed("the hint contains the solution")


def check_whole(said: str, secrets: Iterable[tuple[str, str]]) -> None:
    """Check that nothing tells the whole solution of an exercise; each secret comes with its starter code."""
    if any(reveals_solution(said, solution, starter) for solution, starter in secrets):
        raise GuardFailed("the solution of an exercise")


def check_numbers(reply: str, *, allowed: str) -> None:
    """Check that a reply names no number that the notes do not have: ratings are computed, not told."""
    if set(NUMBER.findall(reply)) - set(NUMBER.findall(allowed)):
        raise GuardFailed("a number of its own")


def subject_words(text: str) -> set[str]:
    """Give the words of a text that tell what it is about."""
    return {word for word in WORD.findall(text.lower()) if len(word) > 3 and word not in FUNCTION_WORDS}


def _check_refusal(prose: str) -> None:
    if REFUSAL.search(prose[:200]):
        raise ModelRefused("the model refused")


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


def _check_language(prose: str, words: list[str], language: Language | None) -> None:
    if sum(NO_VOWEL.fullmatch(word) is None for word in words) < 0.9 * len(words):
        raise GuardFailed("nonsense")
    english = sum(word in FUNCTION_WORDS for word in words) >= 0.12 * len(words)
    if not english and (language is None or not language.is_of(prose, words)):
        raise GuardFailed("nonsense")
    if len(words) > 30 and len(set(words)) < 0.3 * len(words):
        raise GuardFailed("repeats itself")
