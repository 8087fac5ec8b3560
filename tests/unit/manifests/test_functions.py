"""The manifests and the code say the same about who consumes what."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from functions.runtime.registry import DEFAULT_LIMIT_S
from infra.checks import Manifests
from infra.checks.delivery import Delivery
from infra.checks.manifests import at
from tests.unit.manifests.conftest import ROOT

MAINS = sorted((ROOT / "functions").glob("*/main.py"))


@dataclass(frozen=True)
class Consumer:
    """What the decorator of a function says."""

    models: frozenset[str]
    limit_s: float


def consumer(main: Path) -> Consumer:
    """Read `@consumes(...)` without importing the function."""
    for node in ast.walk(ast.parse(main.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "consumes":
            limits = [ast.literal_eval(k.value) for k in node.keywords if k.arg == "limit_s"]
            models = frozenset(argument.id for argument in node.args if isinstance(argument, ast.Name))
            return Consumer(models, float(limits[0]) if limits else DEFAULT_LIMIT_S)
    return Consumer(frozenset(), 0.0)


def models_by_topic() -> dict[str, set[str]]:
    """Return the models of the events that each topic carries."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "events" / "schemas").glob("*.json"):
        schema = json.loads(path.read_text())
        found[schema["x-topic"]].add(schema["title"])
    return found


def service_name(main: Path) -> str:
    return main.parent.name.replace("_", "-")


@pytest.mark.parametrize("main", MAINS, ids=service_name)
def test_a_function_consumes_all_that_its_sources_bring_and_nothing_else(
    main: Path, production: Manifests
) -> None:
    """An event of a type that a function does not expect would go to the dead letters."""
    name, carried = service_name(main), models_by_topic()
    brought: set[str] = set()
    for source in production.kind("KafkaSource"):
        if at(source, "spec", "sink", "ref", "name") == name:
            brought |= carried[source["spec"]["topics"][0]]
    for ping in production.kind("PingSource"):
        if at(ping, "spec", "sink", "ref", "name") == name:
            brought.add("Tick")
    assert set(consumer(main).models) == brought


@pytest.mark.parametrize("main", MAINS, ids=service_name)
def test_a_function_answers_before_its_source_gives_up(main: Path, production: Manifests) -> None:
    for source in production.kind("KafkaSource"):
        if at(source, "spec", "sink", "ref", "name") == service_name(main):
            assert consumer(main).limit_s < Delivery.read(source).timeout_s


def test_every_function_has_a_service(production: Manifests) -> None:
    deployed = {at(service, "metadata", "name") for service in production.services()}
    assert {service_name(main) for main in MAINS} <= deployed - {"sandbox-runner"}


def test_every_event_has_its_topic_and_sink(production: Manifests) -> None:
    topics = production.names("KafkaTopic")
    sinks = {at(sink, "spec", "topic") for sink in production.kind("KafkaSink")}
    assert set(models_by_topic()) | {"learnflow.dead-letter"} == topics == sinks
