"""Calls and values in a text, found by their brackets and quotes and read by Python's own parser.

Each is replaced by one character of its own, so that sentences around them can be matched word by word. Cost:
linear in the text; an open bracket is followed for at most MAX_PIECE characters.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from functions.analysis import source

MAX_PIECE = 400
MAX_TOKENS = 200
OPENING = {"(": ")", "[": "]", "{": "}"}
NAME = re.compile(r"[A-Za-z_][\w.]*")
NUMBER = re.compile(r"[-+]?(?:\d[\d_]*(?:[.,]\d+)?|\.\d+)(?:e[-+]?\d+)?(?![\w])", re.IGNORECASE)
WORDS = re.compile(r"(?:None|True|False|inf|nan)\b")
# What Python shows of a thing that has no value to be written: <function f at 0x7f>, <generator ...>.
ANGLED = re.compile(r"<[A-Za-z_][^<>\n]{0,120}(?:<[^<>\n]{0,40}>[^<>\n]{0,60})?>")
# Names whose calls are values, as Python writes them.
VALUES = frozenset(
    {"range", "dict_keys", "dict_values", "dict_items", "set", "frozenset", "Decimal", "Fraction"}
)
FIRST_CALL, FIRST_VALUE, END = 0xE000, 0xE400, 0xE800
CALL = f"[{chr(FIRST_CALL)}-{chr(FIRST_VALUE - 1)}]"
VALUE = f"[{chr(FIRST_VALUE)}-{chr(END)}]"
ANY = re.compile(f"[{chr(FIRST_CALL)}-{chr(END)}]")


@dataclass(slots=True)
class Tokens:
    """A text in which calls and values are single characters, and what each of them stood for."""

    text: str = ""
    pieces: dict[str, str] = field(default_factory=dict)

    def original(self, part: str) -> str:
        """Write calls and values out again."""
        return ANY.sub(lambda found: self.pieces.get(found.group(), ""), part)

    def take(self, piece: str, *, call: bool) -> None:
        """Put a call or value in as one character."""
        token = chr((FIRST_CALL if call else FIRST_VALUE) + len(self.pieces))
        self.pieces[token] = piece
        self.text += token


def tokens(text: str) -> Tokens:
    """Find the calls and values of a text."""
    found, at = Tokens(), 0
    clean = ANY.sub(" ", text)
    while at < len(clean):
        end = _piece(clean, at, found) if len(found.pieces) < MAX_TOKENS else 0
        if not end:
            found.text += clean[at]
        at = end or at + 1
    return found


def _piece(text: str, at: int, found: Tokens) -> int:
    """Take the call or value that begins here, and give where it ends; 0 when none does."""
    sign, before = text[at], text[at - 1] if at else " "
    if sign == "`":
        return _ticked(text, at, found)
    if before.isalnum() or before == "_":
        return 0
    if sign in "\"'":
        return _quoted(text, at, found)
    if sign in OPENING:
        return _bracketed(text, at, found)
    for pattern in (WORDS, ANGLED, NUMBER):
        if match := pattern.match(text, at):
            return _number(text, at, match.end(), found)
    name = NAME.match(text, at)
    return _called(text, at, name.end(), found) if name else 0


def _number(text: str, at: int, end: int, found: Tokens) -> int:
    if text[at] == "+" or (text[at] == "-" and at and text[at - 1] in ")]"):
        return 0
    found.take(text[at:end], call=False)
    return end


def _ticked(text: str, at: int, found: Tokens) -> int:
    end = text.find("`", at + 1, at + MAX_PIECE)
    inside = text[at + 1 : end].strip() if end > 0 else ""
    if not inside or "\n" in inside:
        return 0
    found.take(inside, call=_is_call(inside))
    return end + 1


def _quoted(text: str, at: int, found: Tokens) -> int:
    end = text.find(text[at], at + 1, at + MAX_PIECE)
    if end < 0 or "\n" in text[at:end] or (end + 1 < len(text) and text[end + 1].isalnum()):
        return 0
    found.take(text[at : end + 1], call=False)
    return end + 1


def _bracketed(text: str, at: int, found: Tokens) -> int:
    end = closing(text, at)
    if not end:
        return 0
    if not source.is_literal(text[at:end]) or (text[at] == "(" and "," not in text[at:end]):
        return 0
    found.take(text[at:end], call=False)
    return end


def _called(text: str, at: int, open_at: int, found: Tokens) -> int:
    """Take a call: a name, brackets that close, and nothing but Python between them."""
    if open_at >= len(text) or text[open_at] != "(" or text[max(0, at - 4) : at] == "def ":
        return _skipped(text, at, open_at, found)
    end = closing(text, open_at)
    piece = text[at:end] if end else ""
    is_value = piece.split("(")[0] in VALUES
    if not piece or not (is_value or _is_call(piece)):
        return _skipped(text, at, open_at, found)
    found.take(piece, call=not is_value)
    return end


def _skipped(text: str, at: int, end: int, found: Tokens) -> int:
    found.text += text[at:end]
    return end


def _is_call(piece: str) -> bool:
    """Whether a piece is a call as Python reads it; what is written like one and is a value is none."""
    try:
        body = source.parse_expression(piece).body
    except SyntaxError:
        return False
    return isinstance(body, ast.Call) and piece.split("(")[0] not in VALUES


def closing(text: str, at: int) -> int:
    """Find the end of a bracket, past texts and brackets inside of it; 0 when it is not closed nearby."""
    waiting: list[str] = []
    quote = ""
    for place in range(at, min(len(text), at + MAX_PIECE)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in OPENING:
            waiting.append(OPENING[sign])
        elif waiting and sign == waiting[-1]:
            waiting.pop()
            if not waiting:
                return place + 1
        elif sign in ")]}" or sign == "\n":
            return 0
    return 0
