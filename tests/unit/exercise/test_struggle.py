"""Rules that find a student who struggles: over the set of facts, in any order."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.exercise.struggle import Attempt, Thresholds, active_time, failed_runs, stalled, timeouts
from functions.exercise.struggle_events import alarm
from functions.exercise.sweeping import least_attempts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EXERCISE = UUID(int=7)
LIMITS = Thresholds()
CHANGED = Thresholds(changes=2)
MINUTE = timedelta(minutes=1)


def attempts(*statuses: str, every: timedelta = MINUTE, hashes: str = "") -> list[Attempt]:
    """Attempts one after the other, each with another program unless hashes say otherwise."""
    return [
        Attempt(
            UUID(int=n + 1), EXERCISE, START + n * every, status, hashes[n : n + 1] or str(n), f"attempt {n}"
        )
        for n, status in enumerate(statuses)
    ]


def keys(found: list) -> list[str]:  # type: ignore[type-arg]
    return [detection.key for detection in found]


histories = st.lists(
    st.builds(
        Attempt,
        st.integers(1, 10**6).map(lambda n: UUID(int=n)),
        st.just(EXERCISE),
        st.integers(0, 7200).map(lambda s: START + timedelta(seconds=s)),
        st.sampled_from(["passed", "failed", "error", "timeout"]),
        st.sampled_from("abc"),
    ),
    max_size=30,
    unique_by=lambda attempt: attempt.submission_id,
)


@given(histories, st.randoms(use_true_random=False))
def test_order_and_repeats_do_not_matter(facts: list[Attempt], dice: random.Random) -> None:
    """The same set of facts gives the same detections, however it arrives."""
    shuffled = facts + facts[:5]
    dice.shuffle(shuffled)
    now = START + timedelta(hours=3)
    assert failed_runs(shuffled, LIMITS) == failed_runs(facts, LIMITS)
    assert timeouts(shuffled, LIMITS) == timeouts(facts, LIMITS)
    assert stalled(shuffled, now, LIMITS) == stalled(facts, now, LIMITS)


@given(histories)
def test_evidence_of_failed_runs_has_no_pass(facts: list[Attempt]) -> None:
    """Each detection shows failing attempts only, at least as many as it takes, and has a key of its own."""
    found = failed_runs(facts, LIMITS)
    assert len(set(keys(found))) == len(found)
    for detection in found:
        assert len(detection.evidence) >= LIMITS.failed_runs
        assert not any(attempt.passed for attempt in detection.evidence)


@given(histories, st.integers(0, 3600))
def test_active_time_is_never_more_than_the_time_on_the_clock(facts: list[Attempt], more: int) -> None:
    """Capped gaps only shorten time, and time does not run backwards."""
    ordered = sorted(facts, key=lambda attempt: attempt.occurred_at)
    if ordered:
        now = ordered[-1].occurred_at + timedelta(seconds=more)
        active = active_time(ordered, now, LIMITS.longest_gap)
        assert timedelta() <= active <= now - ordered[0].occurred_at
        assert active <= len(ordered) * LIMITS.longest_gap


@given(histories)
def test_no_stall_is_missed_by_the_first_look(facts: list[Attempt]) -> None:
    """The sweep only looks at exercises with enough attempts: others cannot be stalled."""
    if len(facts) < least_attempts(LIMITS):
        assert stalled(facts, START + timedelta(hours=5), LIMITS) == []


def test_five_failures_in_a_row_fire_once() -> None:
    """The fifth failure fires, the sixth does not fire again."""
    assert failed_runs(attempts(*["failed"] * 4), LIMITS) == []
    [found] = failed_runs(attempts(*["failed"] * 6), LIMITS)
    assert (found.severity, len(found.evidence), found.key) == ("medium", 5, "start/0")


def test_ten_failures_fire_again_more_urgently() -> None:
    """Who goes on failing is reported again."""
    assert [d.severity for d in failed_runs(attempts(*["error"] * 10), LIMITS)] == ["medium", "high"]


def test_a_pass_begins_a_new_run() -> None:
    """Four failures, a pass and four failures are no struggle."""
    assert failed_runs(attempts(*["failed"] * 4, "passed", *["failed"] * 4), LIMITS) == []
    [found] = failed_runs(attempts("passed", *["failed"] * 5), LIMITS)
    assert found.key == f"{UUID(int=1)}/0"


@pytest.mark.parametrize(("hashes", "fires"), [("aaaaa", 0), ("aaaab", 0), ("aaabc", 1), ("ababa", 1)])
def test_changes_of_the_program_can_be_asked_for(hashes: str, fires: int) -> None:
    """Where it is set so, pressing the button five times is no struggle; else five failures are five."""
    facts = attempts(*["failed"] * 5, hashes=hashes)
    assert len(failed_runs(facts, CHANGED)) == fires
    assert len(failed_runs(facts, LIMITS)) == 1


def test_changes_that_come_late_fire_late() -> None:
    """The run fires as soon as the second change is there."""
    [found] = failed_runs(attempts(*["failed"] * 7, hashes="aaaaabc"), CHANGED)
    assert found.occurred_at == START + 6 * MINUTE


def test_a_timeout_fires_and_a_second_one_soon_is_urgent() -> None:
    """Within half an hour the second is high; later it is not."""
    soon = timeouts(attempts("timeout", "failed", "timeout"), LIMITS)
    late = timeouts(attempts("timeout", "timeout", every=31 * MINUTE), LIMITS)
    assert [d.severity for d in soon] == ["medium", "high"]
    assert [d.severity for d in late] == ["medium", "medium"]
    assert [len(d.evidence) for d in soon] == [1, 2]


def test_ten_active_minutes_without_a_pass_stall() -> None:
    """Six attempts two minutes apart are ten minutes: stalled a moment later, and not before."""
    facts = attempts(*["failed"] * 6, every=2 * MINUTE)
    last = facts[-1].occurred_at
    assert stalled(facts, last, LIMITS) == []
    assert keys(stalled(facts, last + timedelta(seconds=1), LIMITS)) == [str(UUID(int=1))]


def test_a_pause_counts_two_minutes_at_most() -> None:
    """Lunch is no struggle: five attempts with long gaps are no ten active minutes."""
    assert stalled(attempts(*["failed"] * 5, every=20 * MINUTE), START + timedelta(hours=2), LIMITS) == []


def test_a_new_episode_fires_anew() -> None:
    """After a long pause it is another episode, with another key."""
    first = attempts(*["failed"] * 7, every=2 * MINUTE)
    later = [
        Attempt(UUID(int=100 + n), EXERCISE, START + timedelta(hours=3) + 2 * n * MINUTE, "failed", str(n))
        for n in range(7)
    ]
    found = stalled(first + later, START + timedelta(hours=4), LIMITS)
    assert keys(found) == [str(UUID(int=1)), str(UUID(int=100))]


def test_a_pass_ends_it() -> None:
    """Who passed in the end is not stalled, whenever the sweep comes."""
    facts = attempts(*["failed"] * 9, "passed", every=2 * MINUTE)
    assert stalled(facts, START + timedelta(hours=1), LIMITS) == []


def test_an_alarm_has_the_same_id_every_time() -> None:
    """The same detection becomes the same event, with its evidence oldest first."""
    [found] = failed_runs(attempts(*["failed"] * 5), LIMITS)
    one, other = (alarm(UUID(int=1), EXERCISE, "basics", found) for _ in range(2))
    assert one == other
    assert [e.summary for e in one.evidence] == [f"attempt {n}" for n in range(5)]
