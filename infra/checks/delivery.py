"""How long a KafkaSource works at one event, at worst."""

from __future__ import annotations

from dataclasses import dataclass

from infra.checks.manifests import Manifest, at
from infra.checks.quantities import iso_seconds

POLICIES = ("linear", "exponential")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A complete `delivery` block; delays in seconds."""

    retry: int
    policy: str
    delay_s: float
    timeout_s: float

    @classmethod
    def read(cls, source: Manifest) -> Delivery:
        """Read a KafkaSource's; raises ValueError saying what is missing or wrong.

        Knative defaults nothing within the block, and its webhook lets wrong values pass.
        """
        block = at(source, "spec", "delivery", default={})
        missing = [key for key in ("retry", "backoffPolicy", "backoffDelay", "timeout") if key not in block]
        if missing:
            raise ValueError(f"delivery has no {', '.join(missing)}")
        if block["backoffPolicy"] not in POLICIES:
            raise ValueError(f"backoffPolicy {block['backoffPolicy']!r} is neither linear nor exponential")
        result = cls(
            block["retry"],
            block["backoffPolicy"],
            iso_seconds(block["backoffDelay"]),
            iso_seconds(block["timeout"]),
        )
        if result.retry < 1 or result.delay_s < 0.001 or result.timeout_s <= 0:
            raise ValueError("retry below 1, a delay below a millisecond, or no time to answer")
        return result

    @property
    def waiting_s(self) -> float:
        """The sum of all delays: delay x n or delay x 2^n before the n-th retry, without jitter or cap."""
        factors = ((2**n if self.policy == "exponential" else n) for n in range(1, self.retry + 1))
        return self.delay_s * sum(factors)

    @property
    def worst_s(self) -> float:
        """Until the event is handed to the dead letter."""
        return self.waiting_s + (self.retry + 1) * self.timeout_s

    @property
    def worst_with_dead_letter_s(self) -> float:
        """Until the event is given up: the dead letter is tried with the same policy."""
        return 2 * self.worst_s
