"""Which lines of an output are too much, and which line of the program printed them."""

from __future__ import annotations

import pytest

from functions.analysis.observation import Observation, Step
from functions.diagnosis.trails import printed_by, superfluous


@pytest.mark.parametrize(
    ("wanted", "got", "extra"),
    [
        (["6"], ["1", "3", "6"], {0, 1}),
        (["Done."], ["0", "1", "Done."], {0, 1}),
        (["Fizz"], ["Fizz", "3"], {1}),
        (["'a'"], ["a", "a"], {0}),
        (["7"], ["1", "3", "6"], set()),
        (["1", "2"], ["2", "1"], set()),
    ],
)
def test_the_last_lines_are_the_wanted_ones(wanted: list[str], got: list[str], extra: set[int]) -> None:
    assert superfluous(wanted, got) == extra


def test_a_line_is_named_only_where_it_printed_all_that_is_too_much() -> None:
    steps = tuple(Step(line=line, printed=f"{line}\n") for line in (2, 2, 4))
    seen = Observation(ended="end", steps=steps)
    assert printed_by(seen, {0, 1}) == 2
    assert printed_by(seen, {0, 2}) is None
