"""Each decision has a number of its own, in its name and in its title."""

from __future__ import annotations

from pathlib import Path

DECISIONS = sorted((Path(__file__).parents[3] / "docs" / "decisions").glob("*.md"))


def test_every_number_is_used_once() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert sorted(set(numbers)) == numbers


def test_name_and_title_have_the_same_number() -> None:
    titles = {path.name: path.read_text(encoding="utf-8").split(".")[0] for path in DECISIONS}
    assert titles == {path.name: f"# {int(path.name[:4])}" for path in DECISIONS}
