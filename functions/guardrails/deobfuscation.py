"""Taking disguises off a text: encodings, look-alike characters, and code that is spoken.

It gives a text in the forms in which it may hide code: as it is without invisible and look-alike characters,
with spoken operators written as signs, and what base64 and hexadecimal digits in it decode to; besides, with
its letters shifted by 13 and from end to beginning. Cost: linear in the text for each form. It knows these
disguises and no others: a cipher of another kind, or code in a picture, passes.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator

# Twelve characters are nine bytes: shorter ones are words, and hold no statement.
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){8,}")
# Longer phrases come first: `plus equals` before `equals`, `not equal` before `equal`.
SPOKEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), f" {sign} ")
    for words, sign in (
        (r"plus[- ]equals?", "+="),
        (r"minus[- ]equals?", "-="),
        (r"times[- ]equals?", "*="),
        (r"(?:double|equals?) equals?|(?:is )?equal to", "=="),
        (r"not equals?(?: to)?", "!="),
        (r"(?:is )?(?:less than or equal to|at most)", "<="),
        (r"(?:is )?(?:greater than or equal to|at least)", ">="),
        (r"(?:is )?(?:less|smaller) than", "<"),
        (r"(?:is )?(?:greater|bigger|more) than", ">"),
        (r"equals?|becomes", "="),
        (r"plus", "+"),
        (r"minus", "-"),
        (r"times|multiplied by", "*"),
        (r"divided by", "/"),
        (r"modulo|percent", "%"),
        (r"(?:open(?:ing)?|left) (?:bracket|parenthesis|paren)", "("),
        (r"clos(?:e|ing) (?:bracket|parenthesis|paren)|right (?:bracket|parenthesis|paren)", ")"),
        (r"(?:open(?:ing)?|left) square bracket", "["),
        (r"clos(?:e|ing) square bracket|right square bracket", "]"),
        (r"colon", ":"),
        (r"comma", ","),
        (r"dot", "."),
    )
)


def plain_texts(text: str) -> Iterator[str]:
    """Give a text as it can be read, then what may be hidden in it."""
    plain = deobfuscated(text)
    yield plain
    if (said := spoken(plain)) != plain:
        yield said
    yield from decoded(plain)


def decodings(text: str) -> Iterator[str]:
    """Give a text with its letters shifted, and from its end to its beginning."""
    yield codecs.encode(text, "rot13")
    yield text[::-1]


def deobfuscated(text: str) -> str:
    """Take look-alike and invisible characters, HTML entities and Markdown's backslashes out of a text."""
    text = unicodedata.normalize("NFKC", html.unescape(text)).translate(LOOK_ALIKES)
    # Category Cf: zero-width characters and marks of direction, which cut words invisibly.
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return re.sub(r"\\([*_<>\[\]()#+\-=!`])", r"\1", visible)


LOOK_ALIKES = {
    ord(unicodedata.lookup(name)): sign
    for name, sign in (
        ("LEFT DOUBLE QUOTATION MARK", '"'),
        ("RIGHT DOUBLE QUOTATION MARK", '"'),
        ("LEFT SINGLE QUOTATION MARK", "'"),
        ("RIGHT SINGLE QUOTATION MARK", "'"),
        ("MINUS SIGN", "-"),
        ("EN DASH", "-"),
        ("MULTIPLICATION SIGN", "*"),
        ("DIVISION SIGN", "/"),
    )
}


def spoken(text: str) -> str:
    """Write the signs that a text says in words."""
    for pattern, sign in SPOKEN:
        text = pattern.sub(sign, text)
    return text


def decoded(text: str) -> Iterator[str]:
    """Give what is written in base64 or in hexadecimal digits."""
    found = BASE64.findall(text)
    # Also joined: a line break may cut what is encoded.
    for one in {*found, "".join(found)} if found else ():
        yield from _readable(_from_base64(one))
    for digits in HEX.findall(text):
        yield from _readable(bytes.fromhex(re.sub(r"[\s:]", "", digits)))


def _from_base64(text: str) -> bytes:
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        # Padding is often left out, and URL-safe letters are used.
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _readable(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    # Chance decodes to control characters; text that was meant does not.
    if len(text) >= 4 and all(sign.isprintable() or sign in "\n\r\t" for sign in text):
        yield text
