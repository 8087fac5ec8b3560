"""Manifests against the CRDs and Kubernetes' own schemas; unknown fields are refused everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from infra.checks.manifests import Manifest, Manifests, Problem, at, name

CRDS = Path(__file__).with_name("crds")
OPEN = "x-kubernetes-preserve-unknown-fields"
STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
METADATA = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 253, "pattern": r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"},
        "namespace": {"type": "string"},
        "labels": STRINGS,
        "annotations": STRINGS,
    },
}
TEMPLATE_METADATA = {**METADATA, "required": []}


def closed(schema: Any) -> Any:
    """Turn an OpenAPI schema of a CRD into a JSON Schema that names every field it allows."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items() if key not in {"format", "description"}}
    if "properties" in schema:
        result["properties"] = {field: closed(value) for field, value in schema["properties"].items()}
        if not schema.get(OPEN):
            result.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        result.pop("pattern", None)
        result["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    return result


def resource(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Close the schema of a whole resource; its status is not ours to write."""
    result: dict[str, Any] = closed(schema)
    result["properties"] |= {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": METADATA,
    }
    result["properties"].pop("status", None)
    result["required"] = sorted({"apiVersion", "kind", "metadata", "spec", *schema.get("required", [])})
    result["additionalProperties"] = False
    template = at(result, "properties", "spec", "properties", "template", "properties")
    if template is not None and "metadata" in template:
        template["metadata"] = TEMPLATE_METADATA
    return result


@cache
def validators() -> dict[str, jsonschema_rs.Validator]:
    """Return a validator for each `apiVersion/kind` that is known."""
    schemas = {kind: resource(schema) for kind, schema in _json("small.json").items()}
    for path in sorted(CRDS.glob("*-crd.yaml")):
        spec = yaml.load(path.read_text(), yaml.CSafeLoader)["spec"]
        for version in spec["versions"]:
            kind = f"{spec['group']}/{version['name']}/{spec['names']['kind']}"
            schemas[kind] = resource(version["schema"]["openAPIV3Schema"])
    kubernetes = _json("kubernetes-1.34.json")
    for kind, definition in [*kubernetes["kinds"].items(), ("Volume", "io.k8s.api.core.v1.Volume")]:
        schemas[kind] = {"$ref": f"#/$defs/{definition}", "$defs": kubernetes["$defs"]}
    return {kind: jsonschema_rs.validator_for(schema) for kind, schema in schemas.items()}


def schema_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield what the schemas do not allow."""
    for document in manifests.documents:
        kind = f"{document.get('apiVersion')}/{document.get('kind')}"
        if kind not in validators():
            yield Problem(name(document), f"{kind} is not a kind that is known here")
            continue
        yield from _errors(kind, document, name(document))
        for volume in at(document, "spec", "template", "spec", "volumes", default=[]):
            yield from _errors("Volume", volume, f"{name(document)} volume {volume.get('name')}")


def _errors(kind: str, value: Manifest, where: str) -> Iterator[Problem]:
    for error in validators()[kind].iter_errors(value):
        path = ".".join(str(step) for step in error.instance_path)
        yield Problem(where, f"{path or 'top level'}: {error.message[:300]}")


def _json(file: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CRDS / file).read_text())
    return content
