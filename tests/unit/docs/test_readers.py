"""The README is short, its figures are those of the pages, and every text has a reader."""

from __future__ import annotations

import pytest

from tests.bench import readme
from tests.support.docs import ROOT, texts

README = (ROOT / "README.md").read_text()
MAX_LINES = 150


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= MAX_LINES


def test_its_ten_figures_are_those_of_the_pages() -> None:
    """When they differ: `python -m tests.bench.readme`."""
    assert len(readme.TEN) == 10
    assert readme.table() in README


def test_every_text_is_somebodys_to_read() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    pages = [path for path in texts() if path.is_relative_to(ROOT / "docs")]
    named = {path.relative_to(ROOT / "docs").as_posix() for path in pages if path.name != "README.md"}
    assert {name for name in named if not name.startswith("decisions/") and f"({name})" not in index} == set()


def test_a_figure_that_no_page_has_is_noticed() -> None:
    nowhere = readme.Shown("", readme.FIGURES, "no such row", "{1}")
    with pytest.raises(LookupError, match=r"figures\.md has no row 'no such row'"):
        readme.found(nowhere)


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    assert readme.between("a\n<b>\nold\n<e>\nz", "<b>", "<e>", "new") == "a\n<b>\n\nnew\n\n<e>\nz"
    with pytest.raises(LookupError):
        readme.between("a\nold\nz", "<b>", "<e>", "new")
