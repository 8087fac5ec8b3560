"""The head of a reply: one line of JSON that the machine reads, before the words for the student.

Read with care: models leave it out, fence it, or write it as lines of `name: value`. What is no head belongs
to the words. It fails where an answer itself begins with a JSON object that has one of our names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

import msgspec

from events.models import Agent, AnswerKind

KEYS = frozenset({"kind", "card", "claim", "exercise", "quiz", "hand_over", "worry", "intent"})
INTENTS = frozenset(
    {"concept", "debug", "exercise", "review", "progress", "greeting", "homework", "distress"}
    | {"off_topic", "unknown"}
)
# The longest head that is waited for, in characters.
MAX_HEAD = 700
BEGINS = re.compile(r"(?:```(?:json)?\s*+)?(?=\{)|---[ \t]*+\n")
MAY_BEGIN = re.compile(r"\s*(?:`{1,3}(?:j(?:s(?:on?)?)?)?\s*|-{1,3}\s*)?")
END_FENCE = re.compile(r"```[ \t]*+(?:\n|$)")
FRONT = re.compile(r"---[ \t]*+\n(.*?)\n---[ \t]*+(?:\n|$)", re.DOTALL)
YES = {"true": True, "yes": True, "false": False, "no": False}
NONE = frozenset({"", "null", "none", "~"})


@dataclass(frozen=True, slots=True)
class Head:
    """What a model says of its answer: what kind it is, the card it goes with, and whether a claim holds.

    `exercise` is the wish for one: a concept, or empty for any. `hand_over` names the agent that should have
    had the message; `worry` that a grown-up should look after the student's mood.
    """

    kind: AnswerKind | None = None
    card: str | None = None
    claim: bool | None = None
    exercise: str | None = None
    quiz: bool = False
    hand_over: Agent | None = None
    worry: bool = False
    intent: str | None = None


def read_head(text: str, *, whole: bool = False) -> tuple[Head | None, str] | None:
    """Part a reply into head and words; None while more must come to tell. `whole` when no more does."""
    said = text.lstrip()
    begun = BEGINS.match(said)
    if begun is None:
        if not whole and MAY_BEGIN.fullmatch(text):
            return None
        return None, text
    given = _front(said) if said.startswith("---") else _object(said, begun.end())
    if given is not None and (fields := _known(given[0])):
        return _head(fields), given[1].lstrip()
    if given is None and not whole and len(text) < MAX_HEAD:
        return None
    return None, text


def bare_intent(text: str) -> str | None:
    """Read a reply that is one word of those that triage asks for; None for any other."""
    word = text.strip(" .`'\"*\n").lower().replace("-", "_").replace(" ", "_")
    return word if word in INTENTS else None


def _object(text: str, start: int) -> tuple[Mapping[str, Any], str] | None:
    """Read the JSON object that begins at a place, and give what follows it."""
    depth, quoted, skip = 0, False, False
    for place, character in enumerate(text[start : start + MAX_HEAD], start):
        if skip:
            skip = False
        elif quoted:
            skip, quoted = character == "\\", character != '"'
        elif character == '"':
            quoted = True
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return _decoded(text[start : place + 1]), _after(text, start, place + 1)
    return None


def _after(text: str, start: int, end: int) -> str:
    rest = text[end:]
    closed = END_FENCE.match(rest.lstrip()) if "```" in text[:start] else None
    return rest.lstrip()[closed.end() :] if closed else rest


def _decoded(raw: str) -> Mapping[str, Any]:
    try:
        read = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _front(text: str) -> tuple[Mapping[str, Any], str] | None:
    found = FRONT.match(text)
    if found is None:
        return None
    lines = (line.partition(":") for line in found[1].splitlines() if ":" in line)
    return {name.strip(): value.strip().strip("\"'") for name, _, value in lines}, text[found.end() :]


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in KEYS}


def _head(fields: Mapping[str, Any]) -> Head:
    kind, agent = _word(fields.get("kind")), _word(fields.get("hand_over"))
    wish = fields.get("exercise")
    wish = wish.get("concept", True) if isinstance(wish, dict) else wish
    quiz = fields.get("quiz")
    return Head(
        kind=cast(AnswerKind, kind) if kind in get_args(AnswerKind) else None,
        card=_word(fields.get("card")),
        claim=_truth(fields.get("claim")),
        exercise="" if _truth(wish) else _word(wish),
        quiz=bool(_truth(quiz)) or _word(quiz) is not None,
        hand_over=cast(Agent, agent) if agent in get_args(Agent) else None,
        worry=bool(_truth(fields.get("worry"))) or _word(fields.get("worry")) is not None,
        intent=_word(fields.get("intent")),
    )


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return YES.get(value.strip().lower()) if isinstance(value, str) else None


def _word(value: object) -> str | None:
    """Read a word; what stands for nothing, or for yes or no, is none."""
    if not isinstance(value, str) or value.strip().lower() in NONE or value.strip().lower() in YES:
        return None
    return value.strip()[:100]
