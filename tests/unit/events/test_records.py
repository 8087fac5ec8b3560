import json

from hypothesis import given
from hypothesis import strategies as st

from events.wire import Event, NewRecord, Record, from_record, to_record, trace_of
from tests.support.texts import texts

SOURCE = "/apis/v1/namespaces/learnflow/kafkasources/triage-requests"
CE = [("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/s"), ("ce_type", b"t")]
PLACE = {"knativekafkapartition": "2", "knativekafkaoffset": "7"}


def record(
    headers: list[tuple[str, bytes | None]], value: bytes | None = b"{}", key: bytes | None = b"k"
) -> Record:
    return Record("requests", 2, 7, 1_760_000_000_123, key, value, headers)


def test_a_record_has_headers_key_and_trace_as_knative_writes_them() -> None:
    event = Event(
        {"specversion": "1.0", "id": "1", "partitionkey": "p", "datacontenttype": "application/json"}, b"{}"
    )
    assert to_record(event, [("traceparent", "00-a-b-01")]) == NewRecord(
        b"p",
        b"{}",
        [
            ("ce_specversion", b"1.0"),
            ("ce_id", b"1"),
            ("ce_partitionkey", b"p"),
            ("content-type", b"application/json"),
            ("traceparent", b"00-a-b-01"),
        ],
    )


def test_a_record_without_partitionkey_has_no_key() -> None:
    assert to_record(Event({"id": "1"})) == NewRecord(None, b"", [("ce_id", b"1")])


def test_a_binary_record_loses_its_key_and_other_headers() -> None:
    event = from_record(record([*CE, ("CE_x", b"no"), ("other", b"no"), ("ce_Big", b"yes")]), SOURCE, {})
    assert event.attributes == {
        "specversion": "1.0", "id": "1", "source": "/s", "type": "t", "big": "yes", **PLACE,
    }  # fmt: skip


def test_overrides_win_over_what_the_event_says() -> None:
    assert (
        from_record(record([*CE]), SOURCE, {"replay": "true", "type": "other"}).attributes["type"] == "other"
    )


def test_a_structured_record_is_sent_in_binary_mode() -> None:
    body = {"specversion": "1.0", "id": "9", "source": "/s", "type": "t", "data": {"a": 1}}
    headers: list[tuple[str, bytes | None]] = [("content-type", b"application/cloudevents+json")]
    event = from_record(record(headers, json.dumps(body).encode()), SOURCE, {})
    assert (event.attributes["id"], event.data) == ("9", b'{"a":1}')


def test_a_null_value_is_still_an_event() -> None:
    assert from_record(record([*CE], value=None), SOURCE, {}).data == b""


def test_a_record_that_is_no_event_is_wrapped() -> None:
    headers: list[tuple[str, bytes | None]] = [
        ("Content-Type", b"text/plain"),
        ("X-My_Name", b"v"),
        ("n", None),
    ]
    event = from_record(record(headers, b"junk"), SOURCE, {"replay": "true"})
    assert event == Event(
        {
            "specversion": "1.0",
            "id": "partition:2/offset:7",
            "source": f"{SOURCE}#requests",
            "type": "dev.knative.kafka.event",
            "subject": "partition:2#7",
            "time": "2025-10-09T08:53:20.123Z",
            "key": "k",
            "partitionkey": "k",
            "kafkaheaderxmyname": "v",
            "kafkaheadern": "",
            "datacontenttype": "text/plain",
            **PLACE,
            "replay": "true",
        },
        b"junk",
    )


def test_a_record_with_an_unknown_specversion_is_wrapped_without_a_key() -> None:
    event = from_record(record([("ce_specversion", b"7")], key=None), SOURCE, {})
    assert event.attributes["type"] == "dev.knative.kafka.event"
    assert "key" not in event.attributes


def test_the_trace_travels_as_headers() -> None:
    assert trace_of(record([*CE, ("traceparent", b"00-a-b-01")])) == [("traceparent", "00-a-b-01")]


@given(
    headers=st.lists(st.tuples(texts(max_size=8), st.none() | st.binary(max_size=8)), max_size=6),
    value=st.none() | st.binary(max_size=20),
    key=st.none() | st.binary(max_size=5),
)
def test_every_record_becomes_an_event(
    headers: list[tuple[str, bytes | None]], value: bytes | None, key: bytes | None
) -> None:
    """No record can stop a source."""
    event = from_record(record(headers, value, key), SOURCE, {})
    assert event.attributes["id"]
    event.dispatcher_headers()
