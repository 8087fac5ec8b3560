"""A program is followed inside a real cell."""

from __future__ import annotations

import pytest

from functions.diagnosis.runner import Runner
from functions.runtime.sandbox import Sandbox


@pytest.fixture
def port(sandbox: Sandbox) -> Runner:
    """The port to a sandbox under gVisor."""
    return Runner(sandbox)


async def test_a_cell_tells_the_lines_of_a_program_and_what_they_changed(port: Runner) -> None:
    seen = await port.observe("name = input('Name? ')\nprint('Hi', name)\n", 5, "Ada\n")
    assert seen is not None and seen.stdout == "Name? Hi Ada\n"
    assert seen.steps[0].changed == {"name": "'Ada'"} and seen.steps[1].printed == "Hi Ada\n"


async def test_a_cell_stops_what_does_not_end_and_still_tells_what_it_saw(port: Runner) -> None:
    seen = await port.observe("n = 1\nwhile n:\n    n += 1\n", 5)
    assert seen is not None and seen.ended == "time" and seen.cut
    seen = await port.observe("import time\ntime.sleep(60)\n", 5)
    assert seen is not None and seen.ended == "time" and seen.failure is not None and seen.failure.line == 2


async def test_a_cell_tells_an_error_with_the_names_at_its_line(port: Runner) -> None:
    seen = await port.observe(
        "def last(items):\n    at = len(items)\n    return items[at]\n", 5, then="last([7])"
    )
    assert seen is not None and seen.failure is not None
    assert seen.failure.line == 3 and seen.failure.names == {"items": "[7]", "at": "1"}


async def test_a_program_that_kills_its_cell_gives_no_facts(port: Runner) -> None:
    assert await port.observe("import os\nos._exit(0)\n", 5) is None
