"""Random requests to the functions that take events: what may come, and what must come of it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st

from tests.support.processes import ROOT

EXAMPLES = {
    path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events" / "examples").glob("*.json"))
}
# Stands in all that a student may have written: it must be found in no log and in no reason of a dead letter.
MARK = "zq-private-4711"
# What each function takes, the cheapest first.
TAKEN: Mapping[str, tuple[str, ...]] = {
    "triage": ("learnflow.query.submitted.v1",),
    "concepts": ("learnflow.concept.requested.v1",),
    "debug": ("learnflow.activity.recorded.v1", "learnflow.debug.requested.v1"),
    "code_review": ("learnflow.code.submitted.v1",),
    "exercise": ("learnflow.exercise.requested.v1", "learnflow.code.submitted.v1"),
    "progress": (
        "learnflow.exercise.generated.v1", "learnflow.activity.recorded.v1", "learnflow.progress.asked.v1"
    ),
    "notification": (
        "learnflow.struggle.detected.v1", "learnflow.safety.raised.v1", "learnflow.activity.recorded.v1"
    ),
    "delivery": ("learnflow.response.produced.v1",),
}  # fmt: skip
REQUIRED = ("specversion", "id", "source", "type")
WRAPPED = "dev.knative.kafka.event"

LONG = "".join(f"{n * 7919 % 1_000_003:06x}" for n in range(700))  # does not compress into an index row
TEXTS = [
    "", " ", "\t", "%00", "%0a%1b[31m", "a b", "<>\"{}|\\^`", "%", "%zz", "'; DROP TABLE inbox; --",
    "\xff\xfe",
    "null", "0", "-1", "[]", LONG, "x" * 9000, "../../etc/passwd", "urn:uuid:", "{}", "application/json",
    "dev.knative.kafka.event", "dev.knative.sources.ping", "learnflow.dead.letter",
]  # fmt: skip
TIMES = [
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-24T12:00:00",
    "2026-11-24T23:59:60Z", "2026-11-24", "12345-01-01T00:00:00Z", "2026-11-24T12:00:00.1234567890Z", "now",
    "1969-12-31T23:59:59Z", "2026-11-24t12:00:00z", "2026-W48-2", "20261124T120000Z",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 1e308, -0.0, 1.5, "", f"{MARK}\x00",
    f"{MARK}\u2028",
    f"{MARK} 'quoted' \"twice\"", [], {}, [MARK], {MARK: MARK}, f"{MARK}" * 3000, "\U0010ffff", *TIMES,
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
BODIES = [
    b"", b"\x00", b" ", b"null", b"[]", b"{}", b'"' + MARK.encode() + b'"', b'{"text": "' + MARK.encode(),
    b'{"text": "\xff\xfe"}', b'{"text": "\\ud800' + MARK.encode() + b'"}', b"[" * 100_000, b'{"a":' * 50_000,
    b"1e999", b"9" * 5000, b"NaN", b"-Infinity", b"\xef\xbb\xbf{}", b"x" * 1_040_000,
    b'{"text": 1, "text": 2}',
]  # fmt: skip
TYPES = [
    None, "application/json", "application/json; charset=utf-16", "text/plain", "application/xml", "x", "",
    "application/cloudevents+json", "application/cloudevents-batch+json", "application/cloudevents+avro",
]  # fmt: skip
NAMES = [
    "id", "source", "type", "subject", "time", "specversion", "dataschema", "partitionkey", "correlationid",
    "causationid", "traceparent", "replay", "eventsignature", "deadletterreason", "data", "datacontenttype",
    "some-thing", "some_thing", "someextension", "x" * 300, "knativekafkaoffset", "wasunderthirty",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: headers in the order they go out, and the body."""

    headers: tuple[tuple[str, bytes], ...]
    body: bytes

    @property
    def is_event(self) -> bool:
        """Whether it says that it is a CloudEvent, however wrong the rest may be."""
        last = dict(self.headers)
        if last.get("content-type", b"").startswith(b"application/cloudevents"):
            return False
        return all(f"ce-{name}" in last for name in REQUIRED) and last["ce-specversion"] in (b"1.0", b"0.3")

    @property
    def is_tick(self) -> bool:
        """Whether it passes as the tick of a PingSource."""
        return dict(self.headers).get("ce-type") == b"dev.knative.sources.ping"


def binary(attributes: list[tuple[str, str]], content_type: str | None, body: bytes) -> Sent:
    """Lay an event out in binary mode."""
    headers = [(f"ce-{name}", value.encode("latin-1", "replace")) for name, value in attributes]
    if content_type is not None:
        headers.append(("content-type", content_type.encode("latin-1")))
    return Sent(tuple(headers), body)


def attributes_of(kind: str, event_id: str) -> dict[str, str]:
    """The attributes of a good event."""
    return {
        "specversion": "1.0", "id": event_id, "source": "/learnflow/fuzz", "type": kind,
        "time": "2026-11-24T12:00:00Z",
    }  # fmt: skip


def fresh(node: Any, seed: str) -> Any:
    """Make an example about somebody else: every id in it is another one."""
    match node:
        case dict():
            return {key: fresh(value, seed) for key, value in node.items()}
        case list():
            return [fresh(value, seed) for value in node]
        case str() if len(node) == 36 and node.count("-") == 4:
            return node[:-12] + seed
    return node


@st.composite
def events(draw: st.DrawFn, target: str) -> Sent:
    """Make a request to one function: a good event in which some things are wrong."""
    seed = draw(st.integers(0, 16**12 - 1).map("{:012x}".format))
    kind = draw(st.sampled_from(TAKEN[target]) | st.sampled_from(sorted(EXAMPLES)))
    named = list(attributes_of(kind, f"fuzz-{seed}").items())
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(NAMES))
        value = draw(st.sampled_from(TEXTS + TIMES) | st.text(st.characters(codec="latin-1"), max_size=40))
        kept = named if draw(st.booleans()) else [(n, v) for n, v in named if n != name]
        named = kept if draw(st.integers(0, 4)) == 0 else [*kept, (name, clean(value))]
    body = draw(bodies(fresh(EXAMPLES[kind], seed)))
    content_type = draw(st.just("application/json") | st.sampled_from(TYPES))
    if draw(st.integers(0, 5)) == 0:
        return draw(structured(named, body))
    return binary(named, content_type, body)


@st.composite
def bodies(draw: st.DrawFn, data: dict[str, Any]) -> bytes:
    """Make data: a good one in which values are replaced, or nothing of the kind."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(BODIES) | st.binary(max_size=60))
    for _ in range(draw(st.integers(0, 2))):
        place: Any = data
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or draw(st.booleans()):
                place[key] = draw(
                    st.sampled_from(VALUES).map(deepcopy) | st.recursive(scalars(), st.lists, max_leaves=5)
                )
                break
            place = place[key]
    return json.dumps(data, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


def scalars() -> st.SearchStrategy[Any]:
    """Any JSON value that has no parts."""
    return st.integers() | st.floats(allow_nan=False) | st.text(max_size=20).map(lambda t: f"{MARK}{t}")


@st.composite
def structured(draw: st.DrawFn, named: list[tuple[str, str]], body: bytes) -> Sent:
    """Lay an event out in structured mode or as a batch, with values that no header can carry."""
    members: dict[str, Any] = dict(named)
    if draw(st.booleans()):
        odd = [None, 5, True, 2.5, [], {}, "\x00", "\ud800", "\n", "ü\u20ac", "\U0001f600"]
        members[draw(st.sampled_from(NAMES))] = draw(st.sampled_from(odd))
    try:
        members["data"] = json.loads(body)
    except (ValueError, RecursionError):
        members["data_base64"] = draw(st.sampled_from(["", "!", "AAAA", 5]))
    batch = draw(st.integers(0, 4)) == 0
    text = json.dumps([members] if batch else members)
    kind = "application/cloudevents-batch+json" if batch else "application/cloudevents+json"
    if draw(st.integers(0, 9)) == 0:
        text = text[: len(text) // 2]
    return Sent((("content-type", kind.encode()),), text.encode("utf-8", "surrogatepass"))


def clean(value: str) -> str:
    """Leave out what no HTTP client can send in a header."""
    return "".join(c for c in value if c >= " " and c != "\x7f").strip()


class Caller:
    """Sends requests over one connection, as they are."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(str(self._address.hostname), self._address.port, timeout=60)

    def send(self, request: Sent) -> tuple[int, bytes]:
        """Send one request; gives the status and the body of its answer."""
        try:
            return self._send(request)
        except (http.client.HTTPException, OSError):
            # the server closes a connection after a request that it could not read
            self._connection.close()
            self._connection = self._connect()
            return self._send(request)

    def _send(self, request: Sent) -> tuple[int, bytes]:
        self._connection.putrequest("POST", "/")
        for name, value in request.headers:
            self._connection.putheader(name, value)
        self._connection.putheader("content-length", str(len(request.body)))
        self._connection.endheaders(request.body)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
