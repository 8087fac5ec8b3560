"""Training of the classifier: `./task train` makes weights.json of the labelled messages, always the same.

AdaGrad on the log-likelihood (Duchi, Hazan, Singer 2011): each weight has a rate of its own that falls with
what it has moved, so that rare features learn as well as common ones; weights decay towards zero. Seeded, so
the same examples give the same file. Cost: ROUNDS passes over all messages, some seconds. Every fifth message
of examples.tsv is held back by its hash, and never trained on.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from events.models import QuerySubmitted
from functions.triage.classifier import shown
from functions.triage.linear import FILE, INTENTS, Weights, likelihoods

EXAMPLES = Path(__file__).with_name("examples.tsv")
WORDINGS = Path(__file__).with_name("wordings.tsv")
HELD_BACK = 5
ROUNDS = 18
RATE = 0.35
DECAY = 1e-3
SEEN_AT_LEAST = 2
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message."""

    intent: str
    query: QuerySubmitted

    @property
    def held_back(self) -> bool:
        """Whether the training never sees it: every fifth, by its words."""
        digest = hashlib.sha256(f"{self.query.text}\n{self.query.code}".encode()).digest()
        return digest[0] % HELD_BACK == 0


def examples() -> list[Example]:
    """Read the labelled messages."""
    with EXAMPLES.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Example(row["intent"], query(row["text"], row["code"], row["error"])) for row in rows]


def wordings() -> list[Example]:
    """Read further wordings, usual and unusual ones; all of them are trained on."""
    with WORDINGS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Example(row["intent"], query(row["text"])) for row in rows]


def trained_on() -> list[Example]:
    """Give all that the training may see."""
    return [*(one for one in examples() if not one.held_back), *wordings()]


def query(text: str, code: str | None = None, error: str | None = None) -> QuerySubmitted:
    """Make a message of nobody."""
    return QuerySubmitted(
        message_id=NOBODY,
        conversation_id=NOBODY,
        student_id=NOBODY,
        text=text,
        level="beginner",
        code=(code or "").replace("\\n", "\n") or None,
        error=error or None,
    )


def train(labelled: Sequence[Example]) -> Weights:
    """Fit the weights by gradient descent on the log-likelihood, each feature with a rate of its own."""
    rows = [(sorted(shown(one.query)), INTENTS.index(one.intent)) for one in labelled]
    counts = Counter(feature for names, _ in rows for feature in names)
    # A feature of a single message can only be learned by heart.
    kept = {feature for feature, count in counts.items() if count >= SEEN_AT_LEAST}
    rows = [([name for name in names if name in kept], target) for names, target in rows]
    of = {feature: [0.0] * len(INTENTS) for feature in kept}
    bias = [0.0] * len(INTENTS)
    # Begins at 1: the first step is no larger than the rate.
    spent = {feature: [1.0] * len(INTENTS) for feature in (*kept, "")}
    known = Weights(bias, of)
    dice = random.Random(0)
    for _ in range(ROUNDS):
        dice.shuffle(rows)
        for names, target in rows:
            _learn(known, names, target, spent)
    return Weights([round(w, 3) for w in bias], {f: [round(w, 3) for w in of[f]] for f in sorted(of)})


def _learn(known: Weights, names: Sequence[str], target: int, spent: dict[str, list[float]]) -> None:
    errors = likelihoods(names, known)
    # The gradient of the log-likelihood: likelihood less truth.
    errors[target] -= 1.0
    for name in ("", *names):
        row: list[float] = known.of[name] if name else known.bias  # type: ignore[assignment]
        past = spent[name]
        for number, error in enumerate(errors):
            slope = error + DECAY * row[number]
            past[number] += slope * slope
            row[number] -= RATE * slope / math.sqrt(past[number])


def written(known: Weights) -> bytes:
    """Write weights as the file has them: one feature a line, so that changes can be read."""
    rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(row)}" for name, row in known.of.items())
    return f'{{"bias":{json.dumps(known.bias)},"of":{{\n{rows}\n}}}}\n'.encode()


if __name__ == "__main__":
    FILE.write_bytes(written(train(trained_on())))
    sys.stdout.write(f"{FILE.name}: {len(trained_on())} examples\n")
