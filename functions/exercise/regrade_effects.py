"""What other grades change: activities, mastery and alerts. Pure, over the facts of one student.

The same functions serve the dry run and the real one, so that the second does what the first said. Cost: two
folds of the student's activities and two of the facts of their alerts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from events.models import ActivityDetail, ActivityRecorded, StruggleDetected
from functions.alerts.alert import Alert, AlertRules, Correction, Facts, Pass, fold
from functions.exercise import struggle
from functions.exercise.regrade_store import HandIn
from functions.exercise.struggle import Attempt, Thresholds
from functions.exercise.struggle_events import alarm
from functions.exercise.todays_tests import Task
from functions.grading.grades import Grade
from functions.progress.evidence import current, derive
from functions.progress.mastery import level, shown
from functions.progress.overview import masteries
from functions.progress.rules import MasteryRules

Named = Callable[[str], UUID]
REPEATABLE = ("failed_runs", "timeout")


@dataclass(frozen=True, slots=True)
class Regraded:
    """A hand-in with the grade it gets today."""

    hand_in: HandIn
    grade: Grade
    task: Task

    @property
    def differs(self) -> bool:
        """Whether anything of the grade is another."""
        tests = [(test["name"], test["passed"]) for test in self.hand_in.tests]
        return self.counts_otherwise or tests != [(test.name, test.passed) for test in self.grade.tests]

    @property
    def counts_otherwise(self) -> bool:
        """Whether the score is another, or whether it is passed."""
        return (self.hand_in.score, self.was_complete) != (self.grade.score, self.grade.complete)

    @property
    def was_complete(self) -> bool:
        """Whether all tests passed before."""
        return self.hand_in.attempt.passed


@dataclass(frozen=True, slots=True)
class Corrections:
    """What becomes of detections: new ones, and ids of those that no longer hold or hold again."""

    added: list[StruggleDetected] = field(default_factory=list)
    withdrawn: list[UUID] = field(default_factory=list)
    restored: list[UUID] = field(default_factory=list)


def activities_of(one: Regraded, student_id: UUID, now: datetime, named: Named) -> list[ActivityRecorded]:
    """Tell the grade of a hand-in anew: it happened when it was handed in."""
    hand_in, task = one.hand_in, one.task
    detail = ActivityDetail(
        exercise_id=hand_in.exercise_id,
        submission_id=hand_in.submission_id,
        difficulty=task.difficulty,
        score=one.grade.score,
        passed=one.grade.complete,
        hint_level=hand_in.hint_level,
        status=one.grade.status,
        source_hash=hand_in.attempt.source_hash,
        family=task.bank_id,
        regraded_at=now,
    )
    kinds: list[Literal["exercise.attempted", "exercise.completed"]] = ["exercise.attempted"]
    if one.grade.complete:
        kinds.append("exercise.completed")
    return [
        ActivityRecorded(
            activity_id=named(f"{kind}/{hand_in.submission_id}"),
            student_id=student_id,
            kind=kind,
            topic=task.topic,
            occurred_at=hand_in.attempt.occurred_at,
            detail=detail,
        )
        for kind in kinds
    ]


def lost_passes(facts: Iterable[ActivityRecorded], regraded: Iterable[Regraded]) -> list[UUID]:
    """Name the completions that are none any more."""
    failed = {one.hand_in.submission_id for one in regraded if one.was_complete and not one.grade.complete}
    return [
        activity.activity_id
        for activity in current(facts)
        if activity.kind == "exercise.completed" and activity.detail.submission_id in failed
    ]


def corrections_of(
    student_id: UUID,
    task: Task,
    attempts: Sequence[Attempt],
    raised: Mapping[UUID, tuple[str, datetime]],
    withdrawn: frozenset[UUID],
    limits: Thresholds,
) -> Corrections:
    """Compare the detections that were published for an exercise with those of its attempts as they are now.

    A stalled episode is seen by the clock, so none is added; it does not hold where the exercise was passed
    by then.
    """
    found = [*struggle.failed_runs(attempts, limits), *struggle.timeouts(attempts, limits)]
    events = {
        event.alert_id: event for event in (alarm(student_id, task.exercise_id, task.topic, d) for d in found)
    }
    holding = set(events)
    passes = [attempt.occurred_at for attempt in attempts if attempt.passed]
    for alert_id, (rule, at) in raised.items():
        if rule not in REPEATABLE and not any(passed_at <= at for passed_at in passes):
            holding.add(alert_id)
    return Corrections(
        added=[event for alert_id, event in events.items() if alert_id not in raised],
        withdrawn=sorted(set(raised) - holding - withdrawn),
        restored=sorted(set(raised) & holding & withdrawn),
    )


def joined(corrections: Iterable[Corrections], lost: Iterable[UUID]) -> Corrections:
    """Make one of the corrections of all exercises, and of the completions that are none any more."""
    parts = list(corrections)
    return Corrections(
        added=[event for one in parts for event in one.added],
        withdrawn=[*lost, *(of for one in parts for of in one.withdrawn)],
        restored=[of for one in parts for of in one.restored],
    )


def mastery_changes(
    facts: Sequence[ActivityRecorded],
    added: Sequence[ActivityRecorded],
    zone: str,
    today: date,
    rules: MasteryRules,
) -> list[dict[str, Any]]:
    """List the topics whose mastery, as it is shown, would be another number or level."""
    before = masteries(derive(facts, zone, rules), today, rules)
    after = masteries(derive([*facts, *added], zone, rules), today, rules)
    return [
        {
            "topic": topic,
            "before": shown(before[topic]),
            "after": shown(after[topic]),
            "level_before": level(before[topic], rules),
            "level_after": level(after[topic], rules),
        }
        for topic in before
        if shown(before[topic]) != shown(after[topic])
    ]


def alert_changes(
    facts: Facts,
    correction: Corrections,
    added: Sequence[ActivityRecorded],
    now: datetime,
    rules: AlertRules,
) -> list[dict[str, Any]]:
    """List the alerts that come, go, or are of another status or count."""
    passes = [
        Pass(one.activity_id, one.occurred_at, one.topic, one.detail.exercise_id)
        for one in added
        if one.kind == "exercise.completed"
    ]
    then = Facts(
        detections=[*facts.detections, *correction.added],
        passes=[*facts.passes, *passes],
        actions=facts.actions,
        corrections=[
            *facts.corrections,
            *(Correction(of, of, withdrawn=True, at=now) for of in correction.withdrawn),
            *(Correction(of, of, withdrawn=False, at=now) for of in correction.restored),
        ],
    )
    before = {alert.alert_id: alert for alert in fold(facts, rules)}
    after = {alert.alert_id: alert for alert in fold(then, rules)}
    return [
        _change(before.get(alert_id), after.get(alert_id))
        for alert_id in dict.fromkeys([*before, *after])
        if _state(before.get(alert_id)) != _state(after.get(alert_id))
    ]


def _state(alert: Alert | None) -> tuple[str, str, int] | None:
    return None if alert is None else (alert.status, alert.severity, alert.count)


def _change(before: Alert | None, after: Alert | None) -> dict[str, Any]:
    one = after or before
    if one is None:
        raise ValueError("there is no alert to compare")
    return {
        "alert_id": one.alert_id,
        "rule": one.rule,
        "topic": one.topic,
        "before": None if before is None else before.status,
        "after": None if after is None else after.status,
        "count_before": 0 if before is None else before.count,
        "count_after": 0 if after is None else after.count,
    }
