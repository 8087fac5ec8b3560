"""Changes to manifests: what somebody might type."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from infra.checks import Manifests

Mutation = Callable[[list[dict[str, Any]]], None]
CONTAINER = ("spec", "template", "spec", "containers", 0)
REVISION = ("spec", "template", "spec")
SCALING = ("spec", "template", "metadata", "annotations")


def mutated(manifests: Manifests, mutation: Mutation) -> Manifests:
    """Change a copy; the manifests that the mutation leaves alone are shared."""
    documents: list[Any] = list(manifests.documents)
    mutation(documents)
    return Manifests(tuple(documents))


def put(kind: str, name: str, *path: Any, value: Any) -> Mutation:
    """Set a field; a list grows when the index is its length."""

    def change(documents: list[dict[str, Any]]) -> None:
        holder = parent(documents, kind, name, path)
        if isinstance(holder, list) and path[-1] == len(holder):
            holder.append(value)
        else:
            holder[path[-1]] = value

    return change


def drop(kind: str, name: str, *path: Any) -> Mutation:
    """Remove a field."""

    def change(documents: list[dict[str, Any]]) -> None:
        del parent(documents, kind, name, path)[path[-1]]

    return change


def remove(kind: str, name: str) -> Mutation:
    """Remove a whole manifest."""

    def change(documents: list[dict[str, Any]]) -> None:
        documents.remove(find(documents, kind, name))

    return change


def add(document: dict[str, Any]) -> Mutation:
    """Add a manifest."""
    return lambda documents: documents.append(document)


def both(first: Mutation, second: Mutation) -> Mutation:
    """Do one change after the other."""

    def change(documents: list[dict[str, Any]]) -> None:
        first(documents)
        second(documents)

    return change


def find(documents: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """Find one manifest, and put a copy of it in its place, to be changed."""
    place = next(n for n, d in enumerate(documents) if d["kind"] == kind and d["metadata"]["name"] == name)
    documents[place] = deepcopy(documents[place])
    return documents[place]


def parent(documents: list[dict[str, Any]], kind: str, name: str, path: tuple[Any, ...]) -> Any:
    """Walk to what holds the last step of a path; maps on the way are made."""
    value: Any = find(documents, kind, name)
    for step in path[:-1]:
        value = value.setdefault(step, {}) if isinstance(value, dict) else value[step]
    return value
