"""What a program did, line by line with its values: the request to a cell, and the reading of its facts.

The harness runs the program in a cell under `sys.settrace`; its facts come back as the result of a call, a
way of their own that nothing printed can confuse. A program can still forge them, which harms nobody but its
owner: what is read here is bounded data. Cost: the run itself and some microseconds a line, at most
`MAX_STEPS` lines. There are no facts where the cell died, or what came is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

Ended = Literal["end", "error", "exit", "time"]
MAX_STEPS = 300
RUN_S = 1.5
FUTURE = "from __future__ import annotations\n"
HALVES = ("short_repr.py", "harness.py")
OWN_IMPORT = "from functions.analysis.short_repr import shown\n"
PROGRAM = "<module>"


@dataclass(frozen=True, slots=True)
class Step:
    """A line that ran, the names it gave other values (as Python writes them), and what it printed.

    `function` is `<module>` outside of functions; `depth` counts the calls that were open; `gave` is what the
    function gave back when it ended with this line.
    """

    line: int
    function: str = PROGRAM
    depth: int = 0
    changed: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    printed: str = ""
    gave: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the program: its first line, the line that called, and what it gave back."""

    function: str
    line: int
    given: Mapping[str, str] = field(default_factory=dict)
    at: int | None = None
    result: str | None = None
    raised: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A line that asked for input, and what it got; nothing when there was no more."""

    line: int | None
    prompt: str = ""
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The error that ended the program, and the names where it happened; `path` leads there by calls."""

    type: str
    message: str = ""
    line: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    path: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """All that was seen of a run; `cut` when it had more lines than were followed.

    `printed` are the pieces of output with their line, `value` is that of the expression asked for.
    """

    ended: Ended
    steps: tuple[Step, ...] = ()
    calls: tuple[Call, ...] = ()
    printed: tuple[tuple[int | None, int, str], ...] = ()
    waits: tuple[Wait, ...] = ()
    failure: Failure | None = None
    value: str | None = None
    cut: bool = False

    @property
    def stdout(self) -> str:
        """Give all that was printed, as far as it was kept."""
        return "".join(text for _, _, text in self.printed)

    def at(self, line: int) -> Iterator[Step]:
        """Give the times that a line ran."""
        return (step for step in self.steps if step.line == line)


@cache
def harness() -> str:
    """Put the program together that is sent to the cell: one file, which imports nothing of ours."""
    # Joined and not imported there: a cell has no package of ours, and one file can't be changed by a second.
    halves = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in HALVES]
    return FUTURE + "".join(half.replace(FUTURE, "").replace(OWN_IMPORT, "") for half in halves)


def request(
    code: str, inputs: str = "", then: str | None = None, *, steps: int = MAX_STEPS, seconds: float = RUN_S
) -> dict[str, Any]:
    """Build what the sandbox is asked: a program, its input, and perhaps an expression to follow after it."""
    return {
        "code": harness(),
        "calls": [{"function": "observe", "args": [code, inputs, then, steps, seconds]}],
    }


def read_facts(value: object) -> Observation | None:
    """Read the facts that a cell gave; None when they are not what a harness tells."""
    if not isinstance(value, str):
        return None
    try:
        facts = msgspec.json.decode(value, type=Observation)
    except msgspec.MsgspecError:
        return None
    return replace(facts, steps=_with_output(facts))


def _with_output(facts: Observation) -> tuple[Step, ...]:
    """Give each step what its line printed, also when it went on printing after a call."""
    steps = list(facts.steps)
    for line, at, text in facts.printed:
        # A line that calls prints after the lines of the call: the output belongs to the step where it began.
        while 0 <= at < len(steps) and steps[at].line != line:
            at -= 1
        if 0 <= at < len(steps):
            steps[at] = replace(steps[at], printed=steps[at].printed + text)
    return tuple(steps)
