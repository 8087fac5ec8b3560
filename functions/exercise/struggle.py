"""When a student struggles with exercises: pure rules over the set of attempts, given in any order.

Attempts are sorted by when they happened, each once; then each rule is one pass: runs of failures between two
passes, time-outs near each other, stretches of work without a pass. A detection is named by facts (the pass
before it, the first attempt of an episode), so that looking again at more facts finds the same one again and
no second alert. Cost: n log n in the attempts of a student. Attempts that arrive late may add a detection
that was not there before; they can't take back one that was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from uuid import UUID

from events.models import Severity

Rule = Literal["failed_runs", "timeout", "stalled"]
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on a student struggles."""

    failed_runs: int = 5
    changes: int = 0
    timeouts_within: timedelta = timedelta(minutes=30)
    stalled_after: timedelta = timedelta(minutes=10)
    longest_gap: timedelta = timedelta(minutes=2)
    new_episode_after: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission of an exercise that the sandbox has run."""

    submission_id: UUID
    exercise_id: UUID
    occurred_at: datetime
    status: str
    source_hash: str
    summary: str = ""

    @property
    def passed(self) -> bool:
        """Whether all tests passed."""
        return self.status == "passed"


@dataclass(frozen=True, slots=True)
class Detection:
    """A rule that fires; `key` is the same whenever the same facts are looked at again."""

    rule: Rule
    key: str
    severity: Severity
    evidence: tuple[Attempt, ...]

    @property
    def occurred_at(self) -> datetime:
        """When the last of the facts happened."""
        return self.evidence[-1].occurred_at


def in_order(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Sort attempts by when they happened, each once."""
    once = {attempt.submission_id: attempt for attempt in attempts}
    return sorted(once.values(), key=lambda attempt: (attempt.occurred_at, attempt.submission_id))


def failed_runs(attempts: Iterable[Attempt], limits: Thresholds) -> list[Detection]:
    """Find runs of failing attempts at one exercise, during which the program changed as often as asked for.

    A run ends with a pass; a long run fires again, more urgently, after as many failures again.
    """
    return [found for anchor, run in failing_runs(attempts) for found in fires(anchor, run, limits)]


def failing_runs(attempts: Iterable[Attempt]) -> Iterator[tuple[str, list[Attempt]]]:
    """Split attempts into runs without a pass, each named by the pass before it."""
    anchor, run = "start", list[Attempt]()
    for attempt in in_order(attempts):
        if attempt.passed:
            yield anchor, run
            anchor, run = str(attempt.submission_id), []
        else:
            run.append(attempt)
    yield anchor, run


def fires(anchor: str, run: Sequence[Attempt], limits: Thresholds) -> Iterator[Detection]:
    """Find where a run of failures is long enough, again and again."""
    # A run that fired begins anew: five more failures fire again, and are urgent.
    start = count = 0
    for end in range(1, len(run) + 1):
        window = run[start:end]
        if len(window) >= limits.failed_runs and changes(window) >= limits.changes:
            severity: Severity = "high" if count else "medium"
            yield Detection("failed_runs", f"{anchor}/{count}", severity, tuple(window[-SHOWN:]))
            start, count = end, count + 1


def changes(attempts: Sequence[Attempt]) -> int:
    """Count how often the program was changed from one attempt to the next."""
    return sum(one.source_hash != other.source_hash for one, other in pairwise(attempts))


def timeouts(attempts: Iterable[Attempt], limits: Thresholds) -> list[Detection]:
    """Find attempts of a student that ran out of time; soon after another one it is urgent."""
    ran_out = [attempt for attempt in in_order(attempts) if attempt.status == "timeout"]
    found = []
    for number, attempt in enumerate(ran_out):
        since = attempt.occurred_at - limits.timeouts_within
        near = tuple(one for one in ran_out[: number + 1] if one.occurred_at >= since)
        severity: Severity = "high" if len(near) > 1 else "medium"
        found.append(Detection("timeout", str(attempt.submission_id), severity, near[-SHOWN:]))
    return found


def stalled(attempts: Iterable[Attempt], now: datetime, limits: Thresholds) -> list[Detection]:
    """Find episodes of long active work on one exercise that was never passed.

    Active time is the time between attempts, and since the last one, each stretch counted up to a limit.
    """
    ordered = in_order(attempts)
    # Once passed the exercise is done, whatever is tried afterwards.
    if any(attempt.passed for attempt in ordered):
        return []
    return [
        Detection("stalled", str(episode[0].submission_id), "medium", tuple(episode[-SHOWN:]))
        for episode in episodes(ordered, limits.new_episode_after)
        if active_time(episode, now, limits.longest_gap) > limits.stalled_after
    ]


def episodes(ordered: Sequence[Attempt], pause: timedelta) -> Iterator[list[Attempt]]:
    """Split attempts where there was a long pause."""
    episode: list[Attempt] = []
    for attempt in ordered:
        if episode and attempt.occurred_at - episode[-1].occurred_at > pause:
            yield episode
            episode = []
        episode.append(attempt)
    if episode:
        yield episode


def active_time(episode: Sequence[Attempt], now: datetime, longest_gap: timedelta) -> timedelta:
    """Add up the time between attempts and until now, each gap counted up to a limit."""
    times = [attempt.occurred_at for attempt in episode]
    # A long pause is no work: each gap counts up to a limit.
    gaps = [after - before for before, after in pairwise([*times, max(now, times[-1])])]
    return sum((min(gap, longest_gap) for gap in gaps), timedelta())
