"""What a real dispatcher of eventing-kafka-broker 1.23 sends: the stand-in sends the same, functions read it.

The requests are laid out from the headers and values that were noted beside a cluster; they are no captures.
Our own code did not write them: one mistake in `events/wire.py` would otherwise hide at both ends.
"""

from __future__ import annotations

from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from events.wire import Event, Record, from_http, from_http_as_knative, from_record, to_record

RECORDED = Path(__file__).parent / "recorded"
SOURCE = "/apis/v1/namespaces/learnflow/kafkasources/triage-learning-requests"


def read(name: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Read a request as a server hands it over: names in lower case, values as bytes."""
    head, _, body = (RECORDED / f"{name}.http").read_bytes().partition(b"\n\n")
    message = BytesHeaderParser().parsebytes(head.partition(b"\n")[2])
    body = body[: int(message["Content-Length"])]
    return [(key.lower().encode(), value.encode()) for key, value in message.items()], body


def sent(name: str) -> dict[str, str]:
    """What of a request belongs to its event."""
    headers, _ = read(name)
    return {k.decode(): v.decode() for k, v in headers if k.startswith(b"ce-") or k == b"content-type"}


@pytest.mark.parametrize("name", ["event", "wrapped", "dead-letter"])
def test_a_function_reads_attributes_and_bytes_and_leaves_the_rest(name: str) -> None:
    headers, body = read(name)
    event = from_http(headers, body)
    renamed = {"content-type": "ce-datacontenttype"}
    expected = {renamed.get(k, k).removeprefix("ce-"): v for k, v in sent(name).items()}
    assert (event.attributes, event.data) == (expected, body)


@pytest.mark.parametrize("name", ["event", "wrapped", "dead-letter"])
def test_a_sink_takes_what_a_dispatcher_sends(name: str) -> None:
    """Dead letters of Knative go to a KafkaSink."""
    assert from_http_as_knative(*read(name)) == from_http(*read(name))


def test_the_stand_in_sends_an_event_as_the_dispatcher_does() -> None:
    headers, body = read("event")
    event = from_http(headers, body)
    place = ("knativekafkapartition", "knativekafkaoffset")
    published = Event({k: v for k, v in event.attributes.items() if k not in place}, body)
    written = to_record(published)
    record = Record("learning.requests", 0, 41, 0, written.key, written.value, [*written.headers])
    assert dict(from_record(record, SOURCE).dispatcher_headers()) == sent("event")
    assert written.key == event.attributes["partitionkey"].encode()


def test_the_stand_in_wraps_a_record_as_the_dispatcher_does() -> None:
    record = Record("learning.requests", 2, 7, 1_760_000_000_123, b"k", b"junk", [("X-My_Name", b"v")])
    event = from_record(record, SOURCE)
    assert (dict(event.dispatcher_headers()), event.data) == (sent("wrapped"), b"junk")
