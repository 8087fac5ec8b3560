"""docs/tables.md names the owner and the readers of every table as the SQL in the code has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.docs import ROOT

PAGE = ROOT / "docs" / "tables.md"
CREATED = re.compile(r"CREATE (?:UNLOGGED )?TABLE (\w+)")
WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+(\w+)")
READS = re.compile(r"(?<!DELETE )\b(?:FROM|JOIN|USING)\s+(\w+)")


def statements(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module; what is put into one is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def room(path: Path) -> str:
    """Name the folder that a module belongs to."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "functions" else f"{parts[0]}/{parts[1]}"


def in_the_code() -> dict[str, tuple[set[str], set[str]]]:
    """Return who writes and who reads each table."""
    migrations = "\n".join(path.read_text() for path in (ROOT / "db" / "migrations").glob("*.sql"))
    found: dict[str, tuple[set[str], set[str]]] = {
        name: (set(), set()) for name in CREATED.findall(migrations)
    }
    for folder in ("functions", "infra"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            if not WRITES.search(text) and not READS.search(text):
                continue
            for statement in statements(ast.parse(text)):
                for at, pattern in enumerate((WRITES, READS)):
                    for name in set(pattern.findall(statement)) & set(found):
                        found[name][at].add(room(path))
    return found


def written_down() -> dict[str, tuple[str, set[str], set[str]]]:
    """Read the page: owner, who else writes, who else reads."""
    rows = [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in PAGE.read_text().splitlines()
        if row.startswith("| `")
    ]
    return {row[0].strip("`"): (row[1], names(row[2]), names(row[3])) for row in rows}


def names(cell: str) -> set[str]:
    return {name for name in cell.split(", ") if name}


def test_every_table_has_its_owner_and_its_readers() -> None:
    page = written_down()
    code = in_the_code()
    assert set(page) == set(code)
    found = {
        name: (page[name][0], writes - {page[name][0]}, reads - writes)
        for name, (writes, reads) in code.items()
    }
    assert page == found


def test_an_owner_writes_its_table() -> None:
    code = in_the_code()
    assert {name for name, (owner, _, _) in written_down().items() if owner not in code[name][0]} == set()
