"""What is made from the schemas is what is committed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import yaml

from functions.runtime.catalog import by_name
from functions.runtime.errors import Malformed

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "events/examples").glob("*.json"))
STUDENT, NOON = "7d9f3c1e-58c4-4c0e-9d43-2f6d1f0a9b11", "2026-03-02T12:00:00Z"
TOPICS = {
    "learning.requests",
    "concepts.requests",
    "code.submissions",
    "debug.requests",
    "exercise.requests",
    "exercise.generated",
    "learning.responses",
    "struggle.detected",
    "progress.events",
}


def test_every_type_has_its_topic() -> None:
    assert {kind.topic for kind in by_name().values()} == TOPICS


def test_every_type_has_an_example() -> None:
    assert [path.stem for path in EXAMPLES] == sorted(by_name())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_survives_the_model(path: Path) -> None:
    kind, example = by_name()[path.stem], json.loads(path.read_text())
    event = kind.decode(example)
    assert msgspec.json.decode(kind.encode(event)) == example


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_required_field_is_required_by_the_model_too(path: Path) -> None:
    kind, example = by_name()[path.stem], json.loads(path.read_text())
    schema = json.loads((ROOT / "events/schemas" / path.name).read_text())
    for field in schema["required"]:
        with pytest.raises(Malformed, match=field):
            kind.decode({key: value for key, value in example.items() if key != field})
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.convert({key: value for key, value in example.items() if key != field}, kind.model)


def test_the_asyncapi_document_names_every_channel_and_message() -> None:
    document = yaml.load((ROOT / "events/asyncapi.yaml").read_text(), yaml.CSafeLoader)
    assert document["asyncapi"].startswith("3.")
    assert set(document["channels"]) == TOPICS | {"learnflow.dead-letter"}
    assert {m["name"] for m in document["components"]["messages"].values()} == set(by_name())


@pytest.mark.parametrize(
    ("name", "field", "attribute", "value"),
    [
        ("exercise.requested", "student_id", "subject", STUDENT),
        ("exercise.generated", "student_id", "subject", STUDENT),
        ("exercise.generated", "occurred_at", "time", NOON),
        ("response.produced", "student_id", "subject", STUDENT),
        ("progress.asked", "student_id", "subject", STUDENT),
        ("struggle.detected", "occurred_at", "time", NOON),
    ],
)
def test_what_an_attribute_says_need_not_be_repeated_in_the_data(
    name: str, field: str, attribute: str, value: str
) -> None:
    """Other producers send what the table of events names; the data wins where it says something else."""
    kind = by_name()[f"learnflow.{name}.v1"]
    example = json.loads((ROOT / f"events/examples/{kind.name}.json").read_text())
    shorter = {key: given for key, given in example.items() if key != field}
    assert getattr(kind.decode(shorter, {attribute: value}), field) == msgspec.convert(
        value, UUID if attribute == "subject" else datetime
    )
    assert kind.decode(example, {attribute: value}) == kind.decode(example)
    with pytest.raises(Malformed, match=field):
        kind.decode(shorter, {attribute: "neither"})
