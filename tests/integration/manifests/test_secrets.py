"""Every Secret that a manifest asks for stands in the guide, with its keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.overlays import ROOT, overlay

GUIDE = (ROOT / "docs" / "operations" / "install.md").read_text()
TABLE = GUIDE.split("## Secrets and settings\n")[1].split("\n\n")[0].strip()


def documented() -> dict[str, set[str]]:
    rows = [line.split("|")[1:3] for line in TABLE.splitlines()[2:]]
    return {re.findall(r"`(.+?)`", name)[0]: set(re.findall(r"`([\w.]+)`", keys)) for name, keys in rows}


def references(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if "secretKeyRef" in node:
            yield node["secretKeyRef"]["name"], node["secretKeyRef"]["key"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.mark.parametrize("environment", ["staging", "production", "trial"])
def test_every_secret_key_is_in_the_guide(environment: str) -> None:
    asked = {pair for one in overlay(environment).documents for pair in references(one)}
    assert {(name, key) for name, key in asked if key not in documented().get(name, set())} == set()


def test_a_key_that_nobody_documents_is_noticed() -> None:
    assert "DATABASE_URI" not in documented()["learnflow-database"]
    assert {"DATABASE_URL", "DATABASE_DIRECT_URL"} == documented()["learnflow-database"]
