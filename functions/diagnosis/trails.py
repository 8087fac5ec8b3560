"""What the lines of a program did with one example, as a few lines that a student reads."""

from __future__ import annotations

from functions.analysis.observation import Observation, Step

MAX_SHOWN = 12
MAX_VALUE = 60
GAP = "..."


def trail(seen: Observation | None) -> str | None:
    """Write down which lines gave which names other values; None when there is nothing to be seen."""
    if seen is None:
        return None
    lines = [said for step in seen.steps if (said := _said(step))]
    if len(lines) > MAX_SHOWN:
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
