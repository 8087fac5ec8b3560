"""What a conversation is about: a fold over its messages and their answers; nothing else is kept.

Cost: linear in the messages read, of which there are at most MAX_TURNS. It fails where an answer is not
there yet: what its question is about is then taken from the words of the question alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from functions.conversation.follow_ups import language_wished, plain, read_follow_up, shift_of
from functions.diagnosis.claims import claims
from functions.knowledge.library import library
from functions.knowledge.matching import find_concepts

MAX_TURNS = 16
# Texts of which the reading is kept: each is read again with every message of its conversation.
MAX_KNOWN = 2048
MAX_ASKED = 700
MAX_GIVEN = 120
MAX_SHIFT = 6
MAX_TASK = 3000
MARKS = " .!)("
# Answers that a conversation can go on from; a greeting or a look at one's progress changes no subject.
SUBJECTS = frozenset({"concept", "explanation", "hint", "review", "exercise", "quiz"})
KIND_OF_AGENT = {"concepts": "concept", "debug": "hint", "code_review": "review", "exercise": "exercise"}

VERDICTS = ("**Right!**", "**Not quite**, but", "**Thank you!**")
HEADING = re.compile(r"\*\*([^*\n]+?)\*\*(?=\n)")

CodeReader = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its answer, as they are stored; the answer is None while it is not there."""

    text: str
    code: str | None = None
    error: str | None = None
    answer: Mapping[str, Any] | None = None
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is known before the next message is read.

    `kind` is that of the answer that is gone on from, empty when there is none. `level_shift` is how many
    levels deeper the student wants it. `open_check` is the tutor's own question until it is answered;
    `checks` are all of them by their messages. `example` is the last program that the tutor showed,
    `quiz_id` the quiz it is at, `task` the text of the exercise at hand,
    `entry` what was told of the concept, where it was no card; `told_concept` and `told_entry` are those of
    the last answer, which may have gone further afield.
    """

    kind: str = ""
    asked: str = ""
    concept: str | None = None
    entry: str | None = None
    told_concept: str | None = None
    told_entry: str | None = None
    code: str | None = None
    error: str | None = None
    exercise_id: UUID | None = None
    claim: str | None = None
    level_shift: int = 0
    language: str | None = None
    open_check: str | None = None
    checks: tuple[tuple[UUID, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    example: str | None = None
    given: tuple[str, ...] = ()
    quiz_id: UUID | None = None
    task: str | None = None

    @property
    def is_of_program(self) -> bool:
        """Whether it is about a program that was shown."""
        return self.kind in ("explanation", "hint", "review") and self.code is not None


NOTHING = State()


def fold(turns: Iterable[Turn], code_in: CodeReader) -> State:
    """Give the state after all turns, the oldest first; `code_in` finds the program of a message."""
    state = NOTHING
    for turn in turns:
        state = _after(state, turn, code_in)
    return state


def meant(said: str, choices: Iterable[tuple[str, str]]) -> str:
    """Give the text of the choice that a message picks by its label or number, else the message."""
    bare = plain(said).strip(MARKS)
    for number, (label, text) in enumerate(choices, 1):
        if bare in (str(number), plain(label).strip(MARKS), plain(label.partition(". ")[2])):
            return text
    return said


def fingerprint(text: str) -> str:
    """Give a short name to a text, by which it is known again."""
    return hashlib.blake2s(" ".join(text.split()).encode(), digest_size=6).hexdigest()


def _after(state: State, turn: Turn, code_in: CodeReader) -> State:
    turn = replace(turn, text=meant(turn.text, state.choices))
    # To find a program parts of the text are parsed; one line without a fence has none.
    code = turn.code or (code_in(turn.text) if "\n" in turn.text or "```" in turn.text else None)
    follow_up = None if code or turn.error else read_follow_up(turn.text, state)
    kind = _kind(turn.answer)
    state = replace(
        state,
        code=code or state.code,
        error=turn.error or (None if code else state.error),
        claim=_claim(turn.text) or state.claim,
        language=language_wished(turn.text) or state.language,
    )
    state = _shifted(state, turn.text) if follow_up else _subject(state, turn, kind)
    return _answered(state, turn, kind, goes_on=follow_up is not None)


def _subject(state: State, turn: Turn, kind: str) -> State:
    """Take up a new subject, unless the message was none, as a greeting is."""
    if kind and kind not in SUBJECTS:
        return state
    named = next((match.concept for match in find_concepts(turn.text)), None)
    answer = turn.answer or {}
    return replace(
        state,
        kind=kind or ("concept" if named else state.kind),
        asked=turn.text[:MAX_ASKED],
        open_check=None,
        concept=answer.get("concept") or named or (None if kind else state.concept),
        entry=None,
        level_shift=shift_of(turn.text),
    )


def _shifted(state: State, said: str) -> State:
    # "simpler" said ten times must not need ten "more detail" to come back.
    shift = state.level_shift + shift_of(said)
    return replace(state, level_shift=max(-MAX_SHIFT, min(MAX_SHIFT, shift)))


def _answered(state: State, turn: Turn, kind: str, *, goes_on: bool) -> State:
    answer = turn.answer
    if answer is None:
        return replace(state, choices=())
    question = (answer.get("check") or {}).get("question")
    exercise = answer.get("exercise_id")
    shown = [part["text"] for part in answer.get("parts") or () if part.get("kind") == "code"]
    checks = ((turn.message_id, question),) if question and turn.message_id else ()
    concept, entry = answer.get("concept"), _entry(answer)
    if not goes_on:
        state = replace(state, concept=concept or state.concept, entry=entry)
    return replace(
        state,
        kind=_subject_kind(state, kind),
        told_concept=concept or state.concept,
        told_entry=entry or (state.told_entry if concept == state.told_concept else None),
        exercise_id=UUID(exercise) if exercise else state.exercise_id,
        task=_task(answer) or state.task,
        quiz_id=UUID(answer["quiz_id"]) if answer.get("quiz_id") else state.quiz_id,
        open_check=None if _is_verdict(answer) and not question else question or state.open_check,
        checks=(*state.checks, *checks),
        # Of the last answer alone: a "2" after another answer is a number.
        choices=tuple((choice["label"], choice["text"]) for choice in answer.get("choices") or ()),
        example=shown[-1] if shown else state.example,
        given=(*state.given, *map(fingerprint, _texts(answer)))[-MAX_GIVEN:],
    )


def _subject_kind(state: State, kind: str) -> str:
    """Say what can be gone on from; the explanation of an example of the tutor's stays with its concept."""
    if kind == "explanation" and state.code is None and state.concept is not None:
        return "concept"
    return kind if kind in SUBJECTS else state.kind


def _task(answer: Mapping[str, Any]) -> str | None:
    """Give the text of an exercise that was handed out: the part that begins with its title."""
    if answer.get("agent") != "exercise":
        return None
    texts = (part["text"] for part in answer.get("parts") or () if part.get("kind") == "text")
    return next((text[:MAX_TASK] for text in texts if text.startswith("### ")), None)


def _is_verdict(answer: Mapping[str, Any]) -> bool:
    """Whether an answer judged what the student answered, so that the question is closed."""
    first = next((part.get("text", "") for part in answer.get("parts") or ()), "")
    return first.startswith(VERDICTS)


def _entry(answer: Mapping[str, Any]) -> str | None:
    """Find the entry that an answer told: its title is what it begins with."""
    for part in answer.get("parts") or ():
        found = HEADING.match(part.get("text", ""))
        if found is not None and (entry := titles().get(found[1])) is not None:
            return entry
    return None


@cache
def titles() -> dict[str, str]:
    """Find every entry by its title."""
    return {entry.title: entry.id for entry in library().entries.values()}


def _texts(answer: Mapping[str, Any]) -> Iterator[str]:
    for part in answer.get("parts") or ():
        if part.get("kind") in ("text", "code", "hint"):
            yield part["text"]


def _kind(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return ""
    return str(answer.get("kind") or KIND_OF_AGENT.get(str(answer.get("agent")), "chat"))


@lru_cache(MAX_KNOWN)
def _claim(text: str) -> str | None:
    return text[:MAX_ASKED] if next(iter(claims(text)), None) is not None else None
