"""The rows of the evaluation, and how they are printed."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent
Row = tuple[str, str, str]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def share(part: int, whole: int) -> str:
    """Write a share with what it was counted from."""
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "none"


def times(taken: Sequence[float]) -> str:
    """Write seconds as milliseconds: the middle and the slowest of a hundred."""
    in_order = sorted(taken)
    slow = in_order[min(len(in_order) - 1, int(len(in_order) * 0.99))]
    return f"{1000 * statistics.median(in_order):.1f} / {1000 * slow:.1f} ms"


def labelled(path: Path) -> list[dict[str, str]]:
    """Read labelled messages; a line break is written as it is in Python."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{key: (value or "").replace("\\n", "\n") for key, value in row.items()} for row in rows]
