"""Which answers Knative's dispatcher retries, how long it waits, and what a dead letter says."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from infra.standin.eventing import Delivery

_RETRIED = frozenset({404, 408, 409, 429})
_KNE_NAME = re.compile(r"[a-z0-9]+")
ERROR_DATA_BYTES = 1024


class Verdict(Enum):
    """What an answer leads to."""

    DONE = "done"
    RETRY = "retry"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Answer:
    """A subscriber's answer; status None means that there was none."""

    status: int | None
    body: bytes = b""
    headers: Sequence[tuple[str, str]] = ()
    failure: str = ""

    @property
    def verdict(self) -> Verdict:
        """What the dispatcher does next."""
        if self.status is None or self.status in _RETRIED or self.status >= 500:
            return Verdict.RETRY
        return Verdict.DONE if 200 <= self.status < 300 else Verdict.GIVE_UP


def pauses(delivery: Delivery) -> list[float]:
    """Return the seconds to wait before each retry."""
    delay = delivery.backoff_delay.total_seconds()
    if delivery.backoff_policy == "linear":
        return [delay * n for n in range(1, delivery.retry + 1)]
    return [delay * 2**n for n in range(1, delivery.retry + 1)]


def error_attributes(destination: str, answer: Answer) -> Mapping[str, str]:
    """Return the extensions that a dead letter carries beside the original event."""
    attributes = {"knativeerrordest": destination}
    if answer.status is not None:
        attributes["knativeerrorcode"] = str(answer.status)
        if answer.body:
            attributes["knativeerrordata"] = base64.b64encode(answer.body[:ERROR_DATA_BYTES]).decode()
    return attributes | {name: value for name, value in _kne(answer) if _KNE_NAME.fullmatch(name)}


def unusable_kne_names(answer: Answer) -> list[str]:
    """Return the Kne- headers with which Knative's dispatcher would never finish the record."""
    return [name for name, _ in _kne(answer) if _KNE_NAME.fullmatch(name) is None]


def _kne(answer: Answer) -> list[tuple[str, str]]:
    found = [(name.lower(), value) for name, value in answer.headers]
    return [(name.removeprefix("kne-"), value) for name, value in found if name.startswith("kne-")]
