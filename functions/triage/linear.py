"""The linear classifier: a weight for each feature and intent, read from weights.json.

Multinomial logistic regression: the sum of the weights of all features that a message shows, then softmax.
Weights are made by training.py. Cost: one addition for each feature and intent. It knows only features that
were seen in training; a message of unknown words is judged by its length, signals and company alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from functions.triage.signals import IntentKind

FILE = Path(__file__).with_name("weights.json")
# Their order is that of the numbers in weights.json. Homework and distress are decided by rule alone.
INTENTS: tuple[IntentKind, ...] = (
    "concept", "debug", "exercise", "review", "progress", "greeting", "off_topic", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weights:
    """For each feature its weights, in the order of INTENTS; the bias is the feature that all have."""

    bias: Sequence[float]
    of: Mapping[str, Sequence[float]]


@cache
def weights() -> Weights:
    """Read the weights, once per process."""
    return msgspec.json.decode(FILE.read_bytes(), type=Weights)


def likelihoods(features: Iterable[str], known: Weights) -> list[float]:
    """Say how likely each intent is, in the order of INTENTS."""
    sums = list(known.bias)
    for feature in features:
        for number, weight in enumerate(known.of.get(feature, ())):
            sums[number] += weight
    # Softmax does not change when all sums are shifted, and exp of the largest is then 1: no overflow.
    top = max(sums)
    shares = [math.exp(one - top) for one in sums]
    total = sum(shares)
    return [share / total for share in shares]
