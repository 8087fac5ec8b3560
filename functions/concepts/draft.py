"""A reply that grows piece by piece, of which a student sees only what was checked.

Prose is taken sentence by sentence, a fenced program as a whole, once it has run.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from events.models import Part
from functions.answers import answer
from functions.answers.answer import markdown
from functions.concepts.readability import grade
from functions.guardrails import replies
from functions.knowledge.languages import Language
from functions.model.errors import GuardFailed

SENTENCE_END = re.compile(r"(?:[.!?][\"')*]*+(?=\s)\s+|[\u3002\uff01\uff1f]\s*|\n[ \t]*\n\s*)")
FENCE = re.compile(r"(?m)^[ \t]*```[\w+-]*[ \t]*\n")
FENCE_ENDS = re.compile(r"(?m)^[ \t]*```[ \t]*$")
MAX_HELD = 4000

Emit = Callable[[str], Awaitable[None]]
Try = Callable[[str], Awaitable[tuple[Part, ...]]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How a reply has to be: from `least` to `most` words on a subject, and of what reading grade at most.

    `secrets` are solutions that it must not tell, each with the code that the student began with.
    """

    least: int
    most: int
    about: frozenset[str]
    grade: float | None = None
    secrets: tuple[tuple[str, str], ...] = ()
    language: Language | None = None


class Draft:
    """Takes a reply piece by piece and keeps what passes; what was emitted is always the beginning of it."""

    def __init__(self, opening: tuple[Part, ...], bounds: Bounds, run: Try, emit: Emit) -> None:
        self.parts: list[Part] = list(opening)
        self.has_example = False
        self._bounds = bounds
        self._run = run
        self._emit = emit
        self._sent = ""
        self._rest = ""
        self._held = ""
        self._prose = ""
        self._paragraphs = ""

    @property
    def words(self) -> int:
        """How many words of prose were accepted."""
        return self._count(self._prose)

    async def hear(self, piece: str) -> None:
        """Take the next piece; raises GuardFailed when the reply breaks a rule.

        With the first one, which may be empty, the opening is shown.
        """
        if not self._sent:
            await self.show()
        self._rest += piece
        if len(self._rest) > MAX_HELD:
            raise GuardFailed("a sentence without end")
        while await self._step():
            await self.show()

    def check(self, _reply: str) -> None:
        """Check the reply as a whole, now that it is complete; raises GuardFailed."""
        if FENCE.search(self._rest):
            raise GuardFailed("open fence")
        self._take(self._rest)
        self._rest = ""
        if self.words < self._bounds.least:
            raise GuardFailed(f"length: {self.words} words")

    async def show(self) -> None:
        """Emit what was accepted and is not shown yet."""
        whole = markdown(self.parts)
        new, self._sent = whole[len(self._sent) :], whole
        if new:
            await self._emit(new)

    def _count(self, prose: str) -> int:
        language = self._bounds.language
        return len(prose.split()) if language is None else replies.count_words(prose, language)

    async def _step(self) -> bool:
        """Take one sentence or program off the rest; False when it has no complete one."""
        fence = FENCE.search(self._rest)
        sentence = _sentence(self._rest[: fence.start()] if fence else self._rest)
        if sentence:
            self._take(sentence)
            self._rest = self._rest[len(sentence) :]
            return True
        if fence is None:
            return False
        if fence.start():
            self._take(self._rest[: fence.start()])
            self._rest = self._rest[fence.start() :]
            return True
        end = FENCE_ENDS.search(self._rest, fence.end())
        if end is None:
            return False
        program, self._rest = self._rest[fence.end() : end.start()], self._rest[end.end() :].lstrip("\n")
        await self._example(program)
        return True

    def _take(self, sentence: str) -> None:
        """Accept a sentence, or hold it until more of them make it readable and clear what it is about."""
        if not sentence.strip():
            self._held += sentence if self._held else ""
            return
        held = self._held + sentence
        replies.check_phrases(self._prose + held, whole=self.words > 0, language=self._bounds.language)
        replies.check_whole(self._prose + held, self._bounds.secrets)
        if self._count(self._prose + held) > self._bounds.most:
            return
        self._held = held
        if self._is_fit(self._prose + held):
            self._prose += held
            self._add(held)
            self._held = ""

    def _is_fit(self, prose: str) -> bool:
        if not self._is_about(prose.lower()):
            return False
        return self._bounds.grade is None or grade(prose) <= self._bounds.grade

    def _is_about(self, prose: str) -> bool:
        language = self._bounds.language
        if language is not None and not language.spaced:
            return any(word in prose for word in self._bounds.about)
        return bool(self._bounds.about & set(replies.WORD.findall(prose)))

    def _add(self, prose: str) -> None:
        if self._paragraphs:
            self.parts.pop()
        self._paragraphs += prose
        self.parts.append(answer.text(self._paragraphs))

    async def _example(self, program: str) -> None:
        if self.has_example or not self._prose:
            return
        replies.check_whole(program, self._bounds.secrets)
        if shown := await self._run(program):
            self.has_example = True
            self.parts.extend(shown)
            self._paragraphs = ""


def _sentence(text: str) -> str:
    """Give the first complete sentence, not cut within inline code; empty when there is none."""
    for found in SENTENCE_END.finditer(text):
        taken = text[: found.end()]
        if taken.count("`") % 2 == 0:
            return taken
    return ""
