import json

import pytest

from events.wire import Event, NotACloudEvent, from_http_as_knative

GOOD = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}


def read(headers: dict[str, str], body: bytes = b"") -> Event:
    return from_http_as_knative(
        [(name.encode(), value.encode("latin-1")) for name, value in headers.items()], body
    )


def test_binary_mode_takes_attributes_from_headers() -> None:
    event = read({**GOOD, "ce-partitionkey": "k", "content-type": "application/json"}, b"{}")
    assert event == Event(
        {
            "specversion": "1.0",
            "id": "1",
            "source": "/s",
            "type": "t",
            "partitionkey": "k",
            "datacontenttype": "application/json",
        },
        b"{}",
    )


def test_structured_mode_gives_the_same_event() -> None:
    body = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "number": 5, "flag": True}
    body |= {"datacontenttype": "application/json", "data": {"a": [1]}}
    event = read({"content-type": "application/cloudevents+json; charset=UTF-8"}, json.dumps(body).encode())
    assert event.attributes["number"] == "5"
    assert event.attributes["flag"] == "true"
    assert (event.attributes["datacontenttype"], event.data) == ("application/json", b'{"a":[1]}')


@pytest.mark.parametrize(
    ("members", "data"),
    [
        ({"data": "text", "datacontenttype": "text/plain"}, b"text"),
        ({"data": "text"}, b'"text"'),
        ({"data_base64": "aGk="}, b"hi"),
        ({"data": None}, b""),
        ({}, b""),
    ],
)
def test_structured_data_keeps_its_bytes(members: dict[str, object], data: bytes) -> None:
    body = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", **members}
    assert read({"content-type": "application/cloudevents+json"}, json.dumps(body).encode()).data == data


@pytest.mark.parametrize(
    "changed",
    [
        {"ce-id": ""},
        {"ce-type": ""},
        {"ce-source": "a b"},
        {"ce-specversion": "9.0"},
        {"ce-time": "yesterday"},
        {"ce-time": "2026-13-01T00:00:00Z"},
        {"ce-snake_case": "x"},
        {"ce-dataschema": "a b"},
    ],
)
def test_an_invalid_attribute_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(NotACloudEvent):
        read({**GOOD, **changed})


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_missing_attribute_is_refused(missing: str) -> None:
    with pytest.raises(NotACloudEvent):
        read({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"specversion":"1.0"}',
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"*"}',
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t","x":{"a":1}}',
        b"\xff\xfe",
    ],
)
def test_broken_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotACloudEvent):
        read({"content-type": "application/cloudevents+json"}, body)


def test_specversion_03_and_a_time_with_an_offset_are_fine() -> None:
    assert read({**GOOD, "ce-specversion": "0.3", "ce-time": "2026-01-02T03:04:05.678901+02:00"})


def test_what_is_not_latin_1_becomes_a_question_mark() -> None:
    headers = Event(
        {"specversion": "1.0", "price": "5 €", "datacontenttype": "text/plain"}
    ).dispatcher_headers()
    assert headers == [("ce-specversion", "1.0"), ("ce-price", "5 ?"), ("content-type", "text/plain")]
