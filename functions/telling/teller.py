"""A reply as it comes: its head is read, its sentences are judged and mended, and what passes is shown.

What was shown stays: it is always the beginning of the answer. A sentence that announces an example waits for
it, and goes with it when it is broken.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from events.models import Part
from functions.answers import answer
from functions.answers.answer import markdown
from functions.guardrails import replies
from functions.guardrails.mending import mended
from functions.model.errors import GuardFailed
from functions.telling.examples import RunProgram, speaks_of_failure, tried
from functions.telling.head import Head, bare_intent, read_head
from functions.telling.leaks import LeakGuard
from functions.telling.pieces import MAX_HELD, Block, Sentence, next_piece

Emit = Callable[[str], Awaitable[None]]
Restore = Callable[[str], str]
HeadCheck = Callable[[Head], None]
Mutes = Callable[[Head], bool]
PYTHON = frozenset({"python", "py", "python3", "pycon"})
OF_OUTPUT = frozenset({"", "text", "txt", "output", "console", "plaintext", "plain"})
# What looks like Python, though its fence does not say so.
CODE_LINE = re.compile(
    r"(?m)^[ \t]*(?:def |class |for .+:|while .+:|if .+:|import |from |return\b|print\(|\w+ ?=[^=])"
)


class Teller:
    """Takes a reply piece by piece; `parts` are what was accepted, and are shown as they grow."""

    def __init__(
        self,
        guard: LeakGuard,
        run: RunProgram,
        emit: Emit,
        *,
        check_head: HeadCheck | None = None,
        mutes: Mutes | None = None,
        mend: Restore = str,
    ) -> None:
        self.head: Head | None = None
        self.restore: Restore = str
        self._mend = mend
        self._guard = guard
        self._run = run
        self._emit = emit
        self._check_head = check_head
        self._mutes = mutes
        self._muted = False
        self._parts: list[Part] = []
        self._head_read = False
        self._goes_on = False
        self._rest = ""
        self._said = ""
        self._sent = ""
        self._lead = ""
        self._printed: str | None = None
        self._doubtful: tuple[str, str, str] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """What was accepted so far."""
        return tuple(part for part in _stripped(self._parts) if part.text)

    @property
    def shown(self) -> str:
        """What the student has seen so far."""
        return self._sent

    async def hear(self, piece: str) -> None:
        """Take the next piece of the reply; raises GuardFailed when it breaks a rule."""
        self._rest += piece
        if not self._heads(whole=False):
            return
        if self._muted:
            self._rest = ""
            return
        if len(self._rest) > MAX_HELD:
            raise GuardFailed("a sentence without end")
        while (found := next_piece(self._rest)) is not None:
            self._rest = found[1]
            await self._take(found[0])

    async def finish(self, reply: str) -> None:
        """Take the rest, now that the reply is complete; raises GuardFailed, also when there are no words."""
        if not self._head_read and not self._rest:
            self._rest = reply
        self._heads(whole=True)
        # One word and no head: it is what triage asks for.
        if self.head is None and not self.parts and (word := bare_intent(reply)) is not None:
            self.head, self._muted = Head(intent=word), True
        if self._muted:
            return
        while (found := next_piece(self._rest, whole=True)) is not None:
            self._rest = found[1]
            await self._take(found[0])
        await self._settle()
        if not self.parts and (self.head is None or self.head.intent is None):
            raise GuardFailed("no words")

    def again(self) -> None:
        """Make ready for another reply, which goes on after what was shown."""
        self._goes_on = True
        self._rest = self._lead = ""
        self._printed = self._doubtful = None
        self._head_read = False
        self._said = markdown(self.parts)

    def _heads(self, *, whole: bool) -> bool:
        """Read the head, once; False while it is not complete."""
        if not self._head_read:
            read = read_head(self._rest, whole=whole)
            if read is None:
                return False
            head, self._rest = read
            self._head_read = True
            self._muted = self._mutes is not None and self._mutes(head or Head())
            if head is not None:
                self.head = head
                if self._check_head is not None:
                    self._check_head(head)
        return True

    async def _take(self, piece: Sentence | Block) -> None:
        if isinstance(piece, Sentence):
            await self._sentence(piece)
        elif piece.language in PYTHON or (self._printed is None and _is_code(piece)):
            await self._example(piece.text)
        else:
            await self._block(piece)
        await self._show()

    async def _sentence(self, piece: Sentence) -> None:
        if not piece.text.strip():
            self._append(piece.text if not self._lead else "")
            return
        text = self._mend(self.restore(mended(piece.text)))
        # Who is asked once more may begin anew: what was shown is not said twice.
        if self._goes_on and text.strip() in self._sent:
            return
        self._judge(self._lead + text)
        await self._guard.check_inline(text)
        self._decide(text)
        if piece.leads_in:
            if self._lead:
                await self._settle()
            self._lead = text
            return
        await self._settle()
        self._append(text)

    def _judge(self, text: str) -> None:
        replies.check_sentence(self._said, text)
        self._guard.check(f"{self._said}\n{text}")

    async def _example(self, program: str) -> None:
        program = self.restore(program)
        self._judge(f"{self._lead}\n```python\n{program}\n```\n")
        await self._guard.check_code(program)
        await self._flush_output()
        done = await tried(program, f"{self._said[-300:]} {self._lead}", self._guard.secrets.code, self._run)
        if done.ended == "broken":
            self._doubtful, self._lead = (self._lead, program, done.raised), ""
            return
        self._add_example(program)
        self._printed = done.printed if done.ended == "ran" else None

    def _add_example(self, program: str) -> None:
        self._append_lead()
        self._said += f"\n```python\n{program}\n```\n"
        self._parts.append(answer.code(program))

    def _decide(self, sentence: str) -> None:
        """Show a broken example after all where the next words say that it is one; else it is gone."""
        if self._doubtful is not None and speaks_of_failure(sentence, self._doubtful[2]):
            self._lead, program, _ = self._doubtful
            self._add_example(program)
        self._doubtful = None

    async def _block(self, piece: Block) -> None:
        """Show what is no Python; what an example is said to print is what it did print."""
        text = self.restore(piece.text)
        if self._printed is not None and piece.language in OF_OUTPUT:
            text, self._printed = self._printed or text, None
        self._judge(f"{self._lead}\n```\n{text}\n```\n")
        self._guard.check_patch(text)
        await self._flush_output()
        self._append_lead()
        self._append_block(f"```{piece.language or 'text'}\n{text}\n```\n\n")

    def _append_block(self, block: str) -> None:
        if self._parts and self._parts[-1].kind == "text":
            before = self._parts[-1].text.rstrip()
            self._parts[-1] = Part(kind="text", text=f"{before}\n\n")
        self._append(block)

    async def _settle(self) -> None:
        """Show what waited for what would come next; a broken example that nothing explained is gone."""
        self._doubtful = None
        await self._flush_output()
        self._append_lead()
        await self._show()

    async def _flush_output(self) -> None:
        if self._printed and self._printed.strip():
            self._parts.append(answer.output(self._printed))
        self._printed = None

    def _append_lead(self) -> None:
        lead, self._lead = self._lead, ""
        self._append(lead)

    def _append(self, text: str) -> None:
        """Add prose, to the part that is being written or to a new one."""
        if not text:
            return
        self._said += text
        if self._parts and self._parts[-1].kind == "text":
            self._parts[-1] = Part(kind="text", text=self._parts[-1].text + text)
        elif text.strip():
            self._parts.append(Part(kind="text", text=text.lstrip()))

    async def _show(self) -> None:
        whole = markdown(_stripped(self._parts))
        new, self._sent = whole[len(self._sent) :], whole
        if new:
            await self._emit(new)


def _stripped(parts: list[Part]) -> list[Part]:
    return [
        Part(kind=part.kind, text=part.text.strip() if part.kind == "text" else part.text) for part in parts
    ]


def _is_code(block: Block) -> bool:
    return block.language in OF_OUTPUT and CODE_LINE.search(block.text) is not None
