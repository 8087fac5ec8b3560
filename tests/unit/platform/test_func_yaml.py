"""What `func` reads beside each function: in its shape, and with what the manifests say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "functions").glob("*/func.yaml"))
SCALING = "autoscaling.knative.dev/"
QUANTITY = {"type": "string", "pattern": r"^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"}
WHOLE = {"type": "integer", "minimum": 0}


def closed(*required: str, **properties: object) -> dict[str, object]:
    """An object with these members and no other."""
    return {
        "type": "object", "properties": properties, "additionalProperties": False, "required": list(required),
    }  # fmt: skip


# The shape of func_yaml-schema.json of Knative Functions 1.23, as far as these files use it: what is in none
# of them is left out, so that a new field has to be looked up first.
ENV = closed(
    "value", name={"type": "string", "pattern": "^[-._a-zA-Z][-._a-zA-Z0-9]*$"}, value={"type": "string"}
)
RESOURCES = {"cpu": QUANTITY, "memory": QUANTITY}
SHAPE = closed(
    "specVersion",
    "created",
    specVersion={"type": "string"},
    name={"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
    runtime={"enum": ["python"]},
    created={"type": "string", "format": "date-time"},
    invoke={"enum": ["http", "cloudevent"]},
    image={"type": "string"},
    run=closed(envs={"type": "array", "items": ENV}),
    deploy=closed(
        serviceAccountName={"type": "string"},
        labels={"type": "array", "items": closed("key", key={"type": "string"}, value={"type": "string"})},
        healthEndpoints=closed(liveness={"type": "string"}, readiness={"type": "string"}),
        options=closed(
            scale=closed(
                min=WHOLE,
                max=WHOLE,
                target={"type": "number", "minimum": 0},
                metric={"enum": ["concurrency", "rps"]},
            ),
            resources=closed(requests=closed(**RESOURCES), limits=closed(**RESOURCES, concurrency=WHOLE)),
        ),
    ),
)


def read(path: Path) -> Any:
    """Read a func.yaml; a time stays text, as JSON has it."""
    return yaml.load(path.read_text(), yaml.BaseLoader) | {
        "deploy": yaml.safe_load(path.read_text())["deploy"]
    }


def service(path: Path) -> Any:
    """The Service of the same function."""
    name = path.parent.name.replace("_", "-")
    documents = yaml.safe_load_all((ROOT / f"infra/knative/base/functions/{name}.yaml").read_text())
    return next(one for one in documents if one["kind"] == "Service")


def test_the_functions_have_one() -> None:
    """A new agent runs without; who deploys with `func` copies one."""
    assert len(FILES) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_it_has_the_shape_that_func_reads(path: Path) -> None:
    jsonschema_rs.Draft202012Validator(SHAPE, validate_formats=True).validate(read(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_it_says_what_the_manifest_says(path: Path) -> None:
    func, found = read(path), service(path)
    template = found["spec"]["template"]
    [container] = template["spec"]["containers"]
    envs = {one["name"]: one["value"] for one in func["run"]["envs"] if "name" in one}
    for one in container["env"]:
        secret = one.get("valueFrom", {}).get("secretKeyRef", {})
        named = ":".join(("secret", *(str(secret.get(word)) for word in ("name", "key"))))
        expected = "{{ " + named + " }}" if secret else one["value"]
        assert envs[one["name"]] == expected
    assert (func["name"], envs["FUNCTION_SIGNATURE_TYPE"]) == (found["metadata"]["name"], func["invoke"])
    scale, resources = (func["deploy"]["options"][name] for name in ("scale", "resources"))
    for word in ("max", "target"):
        annotation = {"max": "max-scale", "target": "target"}[word]
        assert str(scale.get(word)) == str(template["metadata"]["annotations"].get(SCALING + annotation))
    assert resources["limits"].pop("concurrency", 0) == template["spec"].get("containerConcurrency", 0)
    assert resources == container["resources"]
    private = {"key": "networking.knative.dev/visibility", "value": "cluster-local"}
    assert (private in func["deploy"].get("labels", [])) == (func["invoke"] == "cloudevent")
