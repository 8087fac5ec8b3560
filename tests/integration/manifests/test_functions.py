"""The manifests and the code say the same about who consumes what."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import pytest

from functions.runtime.registry import DEFAULT_LIMIT_S
from infra.checks import Manifests
from infra.checks.delivery import Delivery
from infra.checks.manifests import at, variables
from tests.support.overlays import ROOT

MAINS = sorted((ROOT / "functions").glob("*/main.py"))


@dataclass(frozen=True)
class Consumer:
    """What the decorator of a function says."""

    models: frozenset[str]
    limit_s: float


def consumer(main: Path) -> Consumer:
    """Read `@consumes(...)` without importing the function."""
    tree = ast.parse(main.read_text())
    named = {one.targets[0].id: one.value for one in tree.body if is_constant(one)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "consumes":
            limits = [k.value for k in node.keywords if k.arg == "limit_s"]
            limits = [named.get(one.id, one) if isinstance(one, ast.Name) else one for one in limits]
            models = frozenset(argument.id for argument in node.args if isinstance(argument, ast.Name))
            return Consumer(models, float(ast.literal_eval(limits[0])) if limits else DEFAULT_LIMIT_S)
    return Consumer(frozenset(), 0.0)


def is_constant(node: ast.stmt) -> TypeGuard[Any]:
    """Whether a statement gives one name its value."""
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)


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
def test_a_function_gets_the_topics_of_what_it_consumes_and_no_other(
    main: Path, production: Manifests
) -> None:
    """An event of another topic would go to the dead letters."""
    topics = {model: topic for topic, models in models_by_topic().items() for model in models}
    read = [
        source["spec"]["topics"][0]
        for source in production.kind("KafkaSource")
        if at(source, "spec", "sink", "ref", "name") == service_name(main)
    ]
    models = consumer(main).models - {"Tick"}
    assert sorted(read) == sorted({topics[model] for model in models})


@pytest.mark.parametrize("main", MAINS, ids=service_name)
def test_who_expects_ticks_gets_them(main: Path, production: Manifests) -> None:
    ticked = {at(ping, "spec", "sink", "ref", "name") for ping in production.kind("PingSource")}
    assert (service_name(main) in ticked) == ("Tick" in consumer(main).models)


@pytest.mark.parametrize("main", MAINS, ids=service_name)
def test_who_asks_a_model_has_its_key(main: Path, production: Manifests) -> None:
    asks = re.search(r"uses=\([^)]*\bTutor\b", main.read_text()) is not None
    assert ("OPENAI_API_KEY" in variables(production.service(service_name(main)))) == asks


def test_who_runs_programs_reaches_the_runner(production: Manifests) -> None:
    policy = next(p for p in production.kind("NetworkPolicy") if p["metadata"]["name"] == "executions")
    allowed = set(policy["spec"]["podSelector"]["matchExpressions"][0]["values"])
    asking = re.compile(r"SANDBOX_URL|runtime\.sandbox import|diagnosis\.runner import")
    assert allowed == {
        service_name(main)
        for main in MAINS
        if any(asking.search(path.read_text()) for path in main.parent.rglob("*.py"))
    }


@pytest.mark.parametrize("main", MAINS, ids=service_name)
def test_a_function_answers_before_its_source_gives_up(main: Path, production: Manifests) -> None:
    for source in production.kind("KafkaSource"):
        if at(source, "spec", "sink", "ref", "name") == service_name(main):
            assert consumer(main).limit_s < Delivery.read(source).timeout_s


def test_every_function_has_a_service(production: Manifests) -> None:
    deployed = {at(service, "metadata", "name") for service in production.services()}
    assert {service_name(main) for main in MAINS} == deployed - {"sandbox-runner"}


def test_every_event_has_its_topic_and_sink(production: Manifests) -> None:
    topics = production.names("KafkaTopic")
    sinks = {at(sink, "spec", "topic") for sink in production.kind("KafkaSink")}
    assert set(models_by_topic()) | {"learnflow.dead-letter"} == topics == sinks


def test_no_answer_has_a_header_that_knative_chokes_on() -> None:
    """A response header Kne-<name> with another hyphen stops a partition for good."""
    code = (path.read_text().lower() for path in (ROOT / "functions").rglob("*.py"))
    assert not any("kne-" in text for text in code)
