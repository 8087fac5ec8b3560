"""What the lines of a program did with one example, as a few lines that a student reads."""

from __future__ import annotations

from collections.abc import Sequence

from functions.analysis.observation import Observation, Step
from functions.diagnosis.claims import plain

MAX_SHOWN = 12
MAX_VALUE = 60
GAP = "..."


def trail(seen: Observation | None) -> str | None:
    """Write down which lines gave which names other values; None when there is nothing to be seen."""
    if seen is None:
        return None
    lines = [said for step in seen.steps if (said := _said(step))]
    if len(lines) > MAX_SHOWN:
        # Beginning and end: the fault shows where values go wrong first or where they end up, and a loop
        # repeats itself in between.
        half = MAX_SHOWN // 2
        lines = [*lines[:half], GAP, *lines[-half:]]
    return "\n".join(lines) or None


def _said(step: Step) -> str:
    changed = [f"{name} = {_short(value)}" for name, value in step.changed.items()]
    if step.printed.strip():
        changed.append(f"prints {_short(step.printed.strip())}")
    return f"# line {step.line}: {', '.join(changed)}" if changed else ""


def _short(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= MAX_VALUE else f"{flat[:MAX_VALUE]}..."


def superfluous(wanted: Sequence[str], got: Sequence[str]) -> set[int]:
    """Say which lines of an output are too much; none where it is not the wanted lines and others.

    The last ones are taken for the wanted ones: a total printed in each turn is right at the end.
    """
    extra: set[int] = set()
    waiting = [plain(line.strip()) for line in wanted]
    for number in reversed(range(len(got))):
        if waiting and got[number].strip() == waiting[-1]:
            waiting.pop()
        else:
            extra.add(number)
    return set() if waiting else extra


def printed_by(seen: Observation, numbers: set[int]) -> int | None:
    """Say which line of a program printed some lines of its output; None when it was more than one."""
    lines: set[int] = set()
    printed = 0
    for step in seen.steps:
        if step.printed and printed in numbers:
            lines.add(step.line)
        printed += step.printed.count("\n")
    return lines.pop() if len(lines) == 1 else None
