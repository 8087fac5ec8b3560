"""What is made from the schemas is what is committed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from functions.runtime.catalog import by_name
from functions.runtime.errors import Malformed

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "events/examples").glob("*.json"))
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
