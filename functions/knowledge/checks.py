"""The check questions at the end of an entry, with answers that a machine can judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

CheckKind = Literal["value", "output", "choice", "text", "open"]
KINDS: tuple[CheckKind, ...] = get_args(CheckKind)


@dataclass(frozen=True, slots=True)
class Check:
    """A question back to the student.

    The kind says how an answer is judged:
    - `value`: `answer` is a Python literal, as text; equal values are right, however they are written.
    - `output`: `answer` is what is printed; compared line by line, without blanks at the ends of lines.
    - `choice`: `answer` is one of `choices`; `accepted` are other names for it.
    - `text`: right when all words of one of the `accepted` groups are in the answer; `a|b` is either word.
    - `open`: no machine can judge it, there is no answer.

    Of every kind `accepted` are further right answers. `why` is one sentence on the right answer.
    `program`, where there is one, prints the answer: a test runs it.
    """

    question: str
    kind: CheckKind = "open"
    answer: str = ""
    accepted: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    why: str = ""
    program: str | None = None

    def __str__(self) -> str:
        return self.question


def read_check(entry: str | Mapping[str, Any]) -> Check:
    """Read a check question from its table; a question alone is an open one. Raises KeyError."""
    if isinstance(entry, str):
        return Check(entry.strip())
    kind: CheckKind = entry["kind"]
    # Content is data: a kind that is misspelt must fail when it is loaded, not when a student answers.
    if kind not in KINDS:
        raise KeyError(kind)
    return Check(
        question=entry["question"].strip(),
        kind=kind,
        answer=str(entry["answer"]).strip(),
        accepted=tuple(entry.get("accepted", ())),
        choices=tuple(entry.get("choices", ())),
        why=entry["why"].strip(),
        program=entry.get("program"),
    )
