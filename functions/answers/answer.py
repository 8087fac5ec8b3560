"""What the tutor says: an answer in parts, and as one Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from events.models import Part

GROUNDED = "grounded"
FENCE = re.compile(r"^```[\w+-]*[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and who worded it."""

    parts: tuple[Part, ...]
    model: str = GROUNDED
    degraded: bool = True

    @property
    def text(self) -> str:
        """The parts as one Markdown text."""
        return markdown(self.parts)


def text(value: str) -> Part:
    """Make a part of prose."""
    return Part(kind="text", text=value.strip())


def code(value: str) -> Part:
    """Make a part of Python code."""
    return Part(kind="code", text=value.strip("\n"))


def output(value: str) -> Part:
    """Make a part with what a program prints."""
    return Part(kind="output", text=value.rstrip("\n"))


def hint(value: str) -> Part:
    """Make a part that hints."""
    return Part(kind="hint", text=value.strip())


def onward(value: str) -> Part:
    """Make a part that says what to do next."""
    return Part(kind="next", text=value.strip())


def markdown(parts: Iterable[Part]) -> str:
    """Write parts as Markdown."""
    return "\n\n".join(_block(part) for part in parts)


def parts_of(reply: str) -> tuple[Part, ...]:
    """Split Markdown that a model wrote into prose and code."""
    return tuple(_split(reply))


def _split(reply: str) -> Iterator[Part]:
    end = 0
    for fence in FENCE.finditer(reply):
        if prose := reply[end : fence.start()].strip():
            yield text(prose)
        yield code(fence.group(1))
        end = fence.end()
    if prose := reply[end:].strip():
        yield text(prose)


def _block(part: Part) -> str:
    if part.kind == "code":
        return f"```python\n{part.text}\n```"
    if part.kind == "output":
        return f"It prints:\n\n```text\n{part.text}\n```"
    return part.text
