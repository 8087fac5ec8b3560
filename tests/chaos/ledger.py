"""What the people of a run were promised, written down on their side of the wire."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Heard = tuple[int, str, dict[str, Any]]


@dataclass(slots=True)
class Person:
    """One account, with everything that came on its stream, in the order in which it came."""

    id: str
    email: str
    password: str
    token: str
    heard: list[Heard] = field(default_factory=list)
    streams: int = 0

    @property
    def last(self) -> int:
        """The number of the last event that was heard."""
        return self.heard[-1][0] if self.heard else 0


@dataclass(slots=True)
class Ledger:
    """Accepted is what was answered with 2xx: kind → key → (id, person). Tried counts every request sent."""

    people: list[Person] = field(default_factory=list)
    accepted: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    given_up: dict[str, set[str]] = field(default_factory=dict)
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    ran: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def accept(self, kind: str, key: str, found: str, person: str) -> None:
        """Write down that something was accepted."""
        self.accepted.setdefault(kind, {})[key] = (found, person)

    def give_up(self, kind: str, key: str) -> None:
        """Write down that nobody knows what became of a request."""
        self.given_up.setdefault(kind, set()).add(key)

    def ids(self, kind: str) -> list[str]:
        """The ids of what was accepted of a kind."""
        return [found for found, _ in self.accepted.get(kind, {}).values()]

    def counts(self) -> dict[str, int]:
        """How much was accepted of each kind."""
        return {kind: len(found) for kind, found in sorted(self.accepted.items())}
