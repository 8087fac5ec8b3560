"""What the tutor says: an answer in parts, and as one Markdown text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.models import Part

GROUNDED = "grounded"
# Answers that nobody worded: by rules of triage and progress, and by an exercise of the bank.
BY_RULE = "rules"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and who worded it; `why` says why a model that is configured did not."""

    parts: tuple[Part, ...]
    model: str = GROUNDED
    degraded: bool = True
    why: str | None = None

    @property
    def by_model(self) -> bool:
        """Whether a model worded all of it."""
        return not self.degraded and self.model not in (GROUNDED, BY_RULE)

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


def _block(part: Part) -> str:
    if part.kind == "code":
        # Output is fenced as text, so that nothing that shows it colours it as a program.
        return f"```python\n{part.text}\n```"
    if part.kind == "output":
        return f"It prints:\n\n```text\n{part.text}\n```"
    return part.text
