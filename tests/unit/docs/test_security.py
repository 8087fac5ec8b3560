"""The page on security names a test for every way in, and every test that it names is there."""

from __future__ import annotations

import re

from tests.support.processes import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
WAYS = PAGE.split("| way in |")[1].split("\n\n")[0].splitlines()[2:]


def test_every_way_in_names_a_test_that_is_there() -> None:
    assert len(WAYS) > 20
    tasks = (ROOT / "Taskfile.yml").read_text()
    for way in WAYS:
        name, _, tested = (cell.strip() for cell in way.strip("| ").split(" | "))
        named = re.findall(r"`([^`]+)`", tested)
        assert named, f"{name}: no test"
        for one in named:
            if one.startswith("./task "):
                assert f"\n  {one.split()[1]}:\n" in tasks, f"{name}: {one}"
            else:
                assert (ROOT / one).exists(), f"{name}: {one}"
