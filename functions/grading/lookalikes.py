"""Texts that look the same and are not: which character differs, and what it is called.

Both texts are brought to the form in which they look the same (NFKC, quotes, dashes, letters of Cyrillic),
then the first differing character is named. Cost: linear in the texts. It knows the look-alikes of the table
alone; Greek letters, say, are told as different texts.
"""

from __future__ import annotations

import unicodedata

MAX_SHOWN = 40
SPACE_LIKE = frozenset({"Zs", "Cf", "Cc"})
# Letters of other alphabets, quotes and dashes that a font shows like those of a keyboard.
CYRILLIC = (
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
)
FOLDED = str.maketrans(
    dict.fromkeys("\u2018\u2019\u00b4", "'")
    | dict.fromkeys("\u201c\u201d", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict(zip(CYRILLIC, "aeopcxyABEKMHOPCTX", strict=True))
)


def folded(text: str) -> str:
    """Write a text as it looks: no invisible characters, every kind of space the same."""
    kept = (
        " " if unicodedata.category(one) == "Zs" or one == "\t" else one
        for one in unicodedata.normalize("NFKC", text).translate(FOLDED)
        if unicodedata.category(one) not in ("Cf", "Cc") or one == "\t"
    )
    return "".join(kept)


def difference(expected: str, actual: str) -> str:
    """Say how two texts differ that look alike; empty where they look different."""
    if expected == actual:
        return ""
    if folded(expected) == folded(actual):
        return _character(expected, actual)
    if "".join(expected.split()) == "".join(actual.split()):
        return "Only the spaces differ: count them."
    if expected.casefold() == actual.casefold():
        return "Only capital and small letters differ."
    return ""


def _character(expected: str, actual: str) -> str:
    place = next(
        (n for n, (one, other) in enumerate(zip(expected, actual, strict=False)) if one != other),
        min(len(expected), len(actual)),
    )
    here, wanted = actual[place : place + 1], expected[place : place + 1]
    if not here:
        return f"They look the same, but character {place + 1} is missing: {_named(wanted)}."
    if wanted and not (unicodedata.category(here) in SPACE_LIKE and len(actual) > len(expected)):
        return (
            f"They look the same, but character {place + 1} is {_named(here)}; "
            f"{_named(wanted)} was expected. Type it again on your keyboard."
        )
    return f"They look the same, but character {place + 1} is {_named(here)}, which does not belong there."


def _named(character: str) -> str:
    name = unicodedata.name(character, "a control character").lower()
    known = {" ": "an ordinary space", "\t": "a tab"}
    return known.get(character) or f"`{name}` (U+{ord(character):04X})"
