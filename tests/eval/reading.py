"""The reading grade of a text, by Flesch and Kincaid."""

from __future__ import annotations

import re

VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """Estimate the US reading grade; code counts as one short word."""
    prose = re.sub(r"`[^`]*`", "code", text)
    words = re.findall(r"[A-Za-z']+", prose)
    sentences = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", prose)))
    syllables = sum(count_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Count the syllables of a word by its vowels."""
    silent = word.endswith("e") and not word.endswith("le") and len(VOWELS.findall(word)) > 1
    return max(1, len(VOWELS.findall(word)) - silent)
