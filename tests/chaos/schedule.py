"""What goes wrong, in which order and for how long: all of it follows from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FUNCTIONS = (
    "triage",
    "concepts",
    "debug",
    "exercise",
    "code-review",
    "progress",
    "notification",
    "delivery",
    "outbox",
)
PROCESSES = (
    *("gateway-1", "gateway-2", *FUNCTIONS),
    *("sandbox-runner-1", "sandbox-runner-2", "knative", "kafka", "postgres", "model"),
)
SIGNALS = ("SIGKILL", "SIGSTOP", "SIGTERM")
WIRE = ("cut", "refuse", "slow", "hold")
SKEWED = ("gateway", "triage", "progress", "delivery", "exercise")
LASTS_S = (2.0, 5.0)
SKEWS_S = (-40, 40)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: `pause_s` after the one before it, and for `lasts_s`."""

    number: int
    kind: str
    target: str
    pause_s: float
    lasts_s: float

    @property
    def name(self) -> str:
        """Name it in a timeline."""
        return f"{self.kind} {self.target}".strip()


def deck(disk: bool = True, clocks: bool = True) -> list[tuple[str, str]]:
    """List every fault there is once."""
    found = [(kind, target) for kind in SIGNALS for target in PROCESSES]
    found += [(kind, "postgres's wire") for kind in WIRE]
    found += [("take every connection of", "postgres"), ("lock the tables of", "postgres")]
    found += [("restart one after the other", "gateways")]
    found += [("fill the disk of", "postgres and kafka")] if disk else []
    found += [("put wrong the clock of", target) for target in SKEWED] if clocks else []
    return found


def schedule(seed: int, kinds: Sequence[tuple[str, str]], pause_s: tuple[float, float]) -> Iterator[Fault]:
    """Deal the deck again and again, shuffled anew each time."""
    chance = random.Random(seed)
    number = 0
    while True:
        for kind, target in chance.sample(kinds, len(kinds)):
            number += 1
            yield Fault(number, kind, target, chance.uniform(*pause_s), chance.uniform(*LASTS_S))
