"""The guide says of each part what happens when it is down, slow or redeployed, and which test shows it."""

from __future__ import annotations

import re

import pytest

from tests.support.overlays import ROOT

GUIDE = (ROOT / "docs" / "operations" / "run.md").read_text()
TABLE = GUIDE.split("## What happens when\n")[1].split("\n## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in TABLE.strip().splitlines()[2:]]
PARTS = {
    "gateway", "a function", "outbox sweep", "sandbox-runner", "PostgreSQL", "Kafka", "KafkaSink receiver",
    "KafkaSource dispatcher", "PingSource adapter", "activator and Kourier", "Knative's controllers",
    "the model", "Prometheus and the collector", "a replay",
}  # fmt: skip
NAMED = re.compile(r"`([\w/-]+\.py)::(\w+)`")


def missing(cell: str) -> list[str]:
    """Name the tests of a cell that there are not; a cell must name one or say that there is none."""
    named = NAMED.findall(cell)
    if not named and "no test" not in cell:
        return ["neither a test nor the word that there is none"]
    files = {path: (ROOT / path).read_text() if (ROOT / path).exists() else "" for path, _ in named}
    return [f"{path}::{test}" for path, test in named if f"def {test}(" not in files[path]]


def test_each_part_is_down_slow_and_redeployed_once() -> None:
    found = [(part, state) for part, state, _, _ in ROWS if part in PARTS]
    assert sorted(found) == sorted(
        (part, state) for part in PARTS for state in ("down", "slow", "redeployed")
    )


def test_each_row_names_its_test_or_says_that_it_has_none() -> None:
    assert {f"{row[0]} {row[1]}": found for row in ROWS if (found := missing(row[3]))} == {}


@pytest.mark.parametrize(
    "cell",
    ["", "`tests/faults/test_kills.py::test_nothing`", "`tests/nowhere.py::test_a`", "somebody saw it"],
)
def test_a_row_that_promises_too_much_is_noticed(cell: str) -> None:
    assert missing(cell)
