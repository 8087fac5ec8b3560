"""Messages as they are typed in a hurry: a letter is missing, doubled, swapped or another one."""

from __future__ import annotations

from random import Random

SHORTEST = 4
WORDS_FOR_TWO = 5


def misspelt(text: str, dice: Random) -> str | None:
    """Put a slip in a longer word of a message, in two where there are many; None without such a word."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) >= SHORTEST and word.isalpha()]
    for place in dice.sample(places, min(len(places), 1 + (len(places) >= WORDS_FOR_TWO))):
        words[place] = _slip(words[place], dice)
    return " ".join(words) if places else None


def _slip(word: str, dice: Random) -> str:
    """Spoil a letter that is neither the first nor the last."""
    at = dice.randrange(1, len(word) - 1)
    before, letter, rest = word[:at], word[at], word[at + 1 :]
    return before + dice.choice(
        [rest, rest[0] + letter + rest[1:], letter * 2 + rest, dice.choice("aeinorst") + rest]
    )
