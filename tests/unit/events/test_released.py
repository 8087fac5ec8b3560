"""Today's functions and those of every release accept each other's events."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from events.compatibility import differences
from functions.runtime.catalog import by_name

ROOT = Path(__file__).parents[3]
EVENTS = ROOT / "events"
RELEASED = sorted((EVENTS / "released").glob("*/schemas/*.json"))
EXAMPLES = sorted((EVENTS / "released").glob("*/examples/*.json"))


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def name(path: Path) -> str:
    return f"{path.parts[-3]}-{path.stem}"


@pytest.mark.parametrize("path", RELEASED, ids=name)
def test_a_released_schema_still_holds(path: Path) -> None:
    assert list(differences(read(path), read(EVENTS / "schemas" / path.name))) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_a_released_event_is_read_today(path: Path) -> None:
    by_name()[path.stem].decode(read(path))


@pytest.mark.parametrize("path", RELEASED, ids=name)
def test_an_event_of_today_was_accepted_by_a_release(path: Path) -> None:
    kind = by_name()[path.stem]
    written = kind.encode(kind.decode(read(EVENTS / "examples" / path.name)))
    validator = jsonschema_rs.Draft202012Validator(read(path), validate_formats=True)
    assert [error.message for error in validator.iter_errors(json.loads(written))] == []


def changed(*path: str, value: Any = None) -> tuple[Any, Any]:
    before = read(EVENTS / "schemas" / "learnflow.query.submitted.v1.json")
    after = deepcopy(before)
    holder = after
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return before, after


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("properties", "text", "maxLength"), 100, "data.text: maxLength was 8000 and is 100"),
        (("properties", "text", "type"), "integer", "data.text: type"),
        (("properties", "topic", "enum"), ["basics"], "data.topic: enum"),
        (
            ("required",),
            ["message_id", "student_id", "text", "level"],
            "data.conversation_id is required by one",
        ),
        (("additionalProperties",), False, "data: additionalProperties"),
        (("properties", "student_id", "format"), None, "data.student_id: format was 'uuid'"),
        (("x-topic",), "other", "data: x-topic"),
    ],
)
def test_a_change_that_breaks_is_noticed(path: tuple[str, ...], value: Any, said: str) -> None:
    found = list(differences(*changed(*path, value=value)))
    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_new_optional_field_and_other_words_break_nothing() -> None:
    before, after = changed("properties", "mood", value={"type": "string"})
    after["description"] = "Another text."
    assert list(differences(before, after)) == []
