"""Rendered manifests as the checks see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Manifest = Mapping[str, Any]
SERVING = "serving.knative.dev/v1"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, and where."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def name(manifest: Manifest) -> str:
    """Say which manifest it is: its kind and name."""
    return f"{manifest.get('kind', '?')} {at(manifest, 'metadata', 'name', default='?')}"


def at(value: Any, *path: str | int, default: Any = None) -> Any:
    """Follow a path into nested maps and lists; `default` where it ends early."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return default
    return value


def container(service: Manifest) -> Manifest:
    """Return the only container of a Knative Service."""
    found: Manifest = at(service, "spec", "template", "spec", "containers", 0, default={})
    return found


def variables(service: Manifest) -> dict[str, Manifest]:
    """Return the entries of a Service's `env` by name."""
    return {entry["name"]: entry for entry in at(container(service), "env", default=[])}


def scaling(service: Manifest) -> dict[str, str]:
    """Return the annotations of a Service's revisions."""
    return dict(at(service, "spec", "template", "metadata", "annotations", default={}))


@dataclass(frozen=True)
class Manifests:
    """All manifests of one overlay, in order."""

    documents: tuple[Manifest, ...]

    @classmethod
    def parse(cls, text: str) -> Manifests:
        """Read the documents of a rendered overlay."""
        return cls(tuple(document for document in yaml.load_all(text, yaml.CSafeLoader) if document))

    def kind(self, kind: str, api_version: str = "") -> Iterator[Manifest]:
        """Yield the manifests of a kind; a core `Service` is no Knative Service."""
        for document in self.documents:
            if document.get("kind") == kind and document.get("apiVersion", "").startswith(api_version):
                yield document

    def services(self) -> Iterator[Manifest]:
        """Yield the Knative Services."""
        return self.kind("Service", SERVING)

    def service(self, wanted: str) -> Manifest:
        """Return a Knative Service by name; raises KeyError."""
        return {at(one, "metadata", "name"): one for one in self.services()}[wanted]

    def names(self, kind: str) -> set[str]:
        """Return the names of the manifests of a kind."""
        return {document["metadata"]["name"] for document in self.kind(kind)}

    def settings(self) -> dict[str, str]:
        """Return what all ConfigMaps together hold."""
        return {key: value for one in self.kind("ConfigMap") for key, value in one.get("data", {}).items()}
