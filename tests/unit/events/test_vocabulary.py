"""A list of values has one name, and is written nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from events.generate import named, schemas, vocabulary

ROOT = Path(__file__).parents[3]


def test_a_name_with_two_lists_of_values_is_refused() -> None:
    with pytest.raises(ValueError, match="Level is"):
        named("", [("Level", ("a", "b")), ("Level", ("a", "c"))])


def test_a_list_gets_its_name_wherever_it_stands() -> None:
    text = "Model: TypeAlias = Any\n\nx: Literal['a', 'b'] | None = (\n        None\n    )\n"
    found = named(text, [("Level", ("a", "b"))])
    assert found.endswith("x: Level | None = None\n")
    assert "Level: TypeAlias = Literal['a', 'b']\n" in found


def literals(path: Path) -> set[frozenset[str]]:
    """Every list of strings that a module writes as a Literal."""
    return {
        frozenset(value.value for value in node.slice.elts if isinstance(value, ast.Constant))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Literal"
        and isinstance(node.slice, ast.Tuple)
    }


def test_no_module_writes_a_vocabulary_by_hand() -> None:
    known = {frozenset(values): name for name, values in vocabulary(schemas())}
    again = {
        f"{path.relative_to(ROOT)}: {known[one]}"
        for folder in ("functions", "infra")
        for path in (ROOT / folder).rglob("*.py")
        if "Literal[" in path.read_text()
        for one in literals(path)
        if one in known
    }
    assert again == set()
