"""The connection budget in the guide is the one of the manifests."""

from __future__ import annotations

import re
from dataclasses import astuple

from infra.checks import Manifests
from tests.support.budget import needed, rows
from tests.support.mutations import CONTAINER, mutated, put
from tests.support.overlays import ROOT

GUIDE = ROOT / "docs" / "operations" / "install.md"
ROW = re.compile(r"^\| ([a-z-]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


def written() -> set[tuple[str | int, ...]]:
    return {(function, *map(int, numbers)) for function, *numbers in ROW.findall(GUIDE.read_text())}


def test_the_table_is_the_one_of_the_manifests(production: Manifests) -> None:
    assert written() == {(*astuple(row), row.connections) for row in rows(production)}


def test_the_sum_fits_what_the_guide_asks_for(production: Manifests) -> None:
    match = re.search(r"at least (\d+); use (\d+)", GUIDE.read_text())
    assert match is not None
    assert needed(production) == int(match[1]) <= int(match[2])


def test_one_more_connection_is_noticed(production: Manifests) -> None:
    larger = mutated(production, put("Service", "triage", *CONTAINER, "env", 2, "value", value="5"))
    assert needed(larger) == needed(production) + 2 * 4
    assert written() != {(*astuple(row), row.connections) for row in rows(larger)}
