"""How hard a text is to read."""

from __future__ import annotations

import re

VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """Estimate the US reading grade by Flesch and Kincaid; code counts as one short word."""
    prose = re.sub(r"`[^`]*`", "code", text)
    words = re.findall(r"[A-Za-z']+", prose)
    sentences = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", prose)))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / max(1, len(words)) - 15.59


def _syllables(word: str) -> int:
    silent = word.endswith("e") and not word.endswith("le") and len(VOWELS.findall(word)) > 1
    return max(1, len(VOWELS.findall(word)) - silent)
