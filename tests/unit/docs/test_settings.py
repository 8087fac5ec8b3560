"""Every variable that the code reads is documented, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
VARIABLE = re.compile(r"(LEARNFLOW|OTEL|DATABASE|OPENAI|SANDBOX|FUNCTION)_[A-Z0-9_]+|PORT|HOST")
PRINTED = {"LEARNFLOW_URL", "LEARNFLOW_CONTROL_URL", "LEARNFLOW_FUNCTION_", "LEARNFLOW_SINK_"}


def read() -> Iterator[str]:
    """Names of variables that stand as whole strings in the code."""
    for folder in ("functions", "infra/local"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            for node in ast.walk(ast.parse(text)) if VARIABLE.search(text) else ():
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and VARIABLE.fullmatch(node.value)
                ):
                    yield node.value


def documented() -> set[str]:
    """Names of variables in the tables."""
    return set(re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))


def test_every_variable_is_documented_and_no_other() -> None:
    assert set(read()) - PRINTED == documented()
