"""Alerts: a fold over what was detected, what was passed, and what teachers did.

All facts of one student are sorted by when they happened and taken one after the other: a detection opens an
alert or adds to the open one of its topic and rule (an unknown topic may be any), a teacher's action or a
passed exercise may end it. Facts may arrive late, twice and in any order; the result is that of the set of
them. Cost: n log n in the facts of a student, and linear in the open alerts for each of them. Times are those
of the events, never those of arrival, so an event with a wrong clock is put in a wrong place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from events.models import Evidence, Severity, StruggleDetected, StruggleRule, Topic
from functions.alerts.safety import SAFETY, SafetyDetection
from functions.runtime.settings import Environ, env, integer, minutes

Status = Literal["open", "acknowledged", "resolved"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high")
AlertRule = Literal[StruggleRule, "safety"]
Detection = StruggleDetected | SafetyDetection
Key = tuple[Topic | None, AlertRule]


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When teachers are told again, how much evidence an alert keeps, and who hears of concerns for safety.

    `adults` are e-mail addresses of accounts; where the school names none, it is the student's teachers.
    """

    repeat: timedelta = timedelta(minutes=30)
    cooldown: timedelta = timedelta(minutes=30)
    evidence: int = 20
    adults: tuple[str, ...] = ()

    @classmethod
    def read(cls, environ: Environ) -> AlertRules:
        """Read the rules from the environment."""
        return cls(
            repeat=minutes(environ, "LEARNFLOW_ALERT_REPEAT_MIN", 30),
            cooldown=minutes(environ, "LEARNFLOW_ALERT_COOLDOWN_MIN", 30),
            evidence=env(environ, "LEARNFLOW_ALERT_EVIDENCE", integer(1, 100), 20),
            adults=env(environ, "LEARNFLOW_SAFETY_ADULTS", addresses, ()),
        )


def addresses(raw: str) -> tuple[str, ...]:
    """Read e-mail addresses parted by commas; raises ValueError for what is none."""
    found = tuple(word.strip().lower() for word in raw.split(",") if word.strip())
    if not all("@" in address for address in found):
        raise ValueError(f"expected e-mail addresses parted by commas, got {raw!r}")
    return found


@dataclass(frozen=True, slots=True)
class Pass:
    """An exercise whose tests all passed."""

    activity_id: UUID
    at: datetime
    topic: Topic | None = None
    exercise_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What a teacher did about an alert."""

    action_id: UUID
    topic: Topic | None
    rule: AlertRule
    action: Literal["acknowledge", "resolve"]
    teacher_id: UUID
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A detection or a pass that does not hold since hand-ins were graded again, or holds after all."""

    correction_id: UUID
    fact_id: UUID
    withdrawn: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; `notices` are the detections that teachers are to be told of, the first one opened it."""

    alert_id: UUID
    topic: Topic | None
    exercise_id: UUID | None
    rule: AlertRule
    own_severity: Severity
    evidence: tuple[Evidence, ...]
    first_seen: datetime
    last_seen: datetime
    detections: tuple[UUID, ...]
    notices: tuple[UUID, ...]
    told_at: datetime
    joined: bool = False
    status: Status = "open"
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = None
    resolved_at: datetime | None = None
    resolved_by: UUID | None = None
    note: str | None = None

    @property
    def key(self) -> Key:
        """Whatever one student has one unresolved alert of."""
        return self.topic, self.rule

    @property
    def count(self) -> int:
        """How often it was detected."""
        return len(self.detections)

    @property
    def severity(self) -> Severity:
        """How urgent it is: a second rule in the same topic raises it."""
        return SEVERITIES[min(2, SEVERITIES.index(self.own_severity) + self.joined)]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one student's struggles, in any order."""

    detections: Sequence[Detection] = ()
    passes: Sequence[Pass] = ()
    actions: Sequence[Action] = ()
    corrections: Sequence[Correction] = ()

    @property
    def withdrawn(self) -> frozenset[UUID]:
        """Ids of what does not hold: of each the last correction counts."""
        ordered = sorted(self.corrections, key=lambda one: (one.at, one.correction_id))
        last = {one.fact_id: one.withdrawn for one in ordered}
        return frozenset(fact_id for fact_id, withdrawn in last.items() if withdrawn)


def fold(facts: Facts, rules: AlertRules) -> list[Alert]:
    """Derive a student's alerts: neither order nor repeats of the facts matter."""
    book, gone = _Book(rules), facts.withdrawn
    detections = {one.alert_id: one for one in facts.detections if one.alert_id not in gone}.values()
    passes = {one.activity_id: one for one in facts.passes if one.activity_id not in gone}.values()
    # At the same moment a detection comes before an action, and a pass last: it ends what was there. Ids
    # break ties.
    steps = [((one.occurred_at, 0, one.alert_id), one) for one in detections]
    steps += [((one.at, 1, one.action_id), one) for one in facts.actions]  # type: ignore[misc]
    steps += [((one.at, 2, one.activity_id), one) for one in passes]  # type: ignore[misc]
    for _, fact in sorted(steps, key=lambda step: step[0]):
        book.take(fact)
    return [*book.resolved, *book.unresolved.values()]


def decide(existing: Alert | None, detection: Detection, rules: AlertRules) -> Alert:
    """Open an alert, or add a detection to the unresolved one; facts come in the order of time."""
    if existing is None:
        return opened(detection)
    added = replace(
        existing,
        own_severity=max(existing.own_severity, detection.severity, key=SEVERITIES.index),
        topic=existing.topic or detection.topic,
        exercise_id=detection.exercise_id or existing.exercise_id,
        evidence=merged(existing.evidence, detection.evidence, rules.evidence),
        last_seen=detection.occurred_at,
        detections=(*existing.detections, detection.alert_id),
    )
    if existing.status == "acknowledged":
        # Who has acknowledged an alert knows of it: the pause counts from then.
        calm = detection.occurred_at - (existing.acknowledged_at or existing.told_at) <= rules.cooldown
    else:
        calm = detection.occurred_at - existing.told_at <= rules.repeat
    return added if calm else told(added, detection)


def opened(detection: Detection) -> Alert:
    """Open an alert, named by its first detection."""
    return Alert(
        alert_id=detection.alert_id,
        topic=detection.topic,
        exercise_id=detection.exercise_id,
        rule=detection.rule,
        own_severity=detection.severity,
        evidence=tuple(detection.evidence),
        first_seen=detection.occurred_at,
        last_seen=detection.occurred_at,
        detections=(detection.alert_id,),
        notices=(detection.alert_id,),
        told_at=detection.occurred_at,
    )


def told(alert: Alert, detection: Detection) -> Alert:
    """Note that teachers are to be told of a detection; an acknowledged alert is open again."""
    notices = (*alert.notices, detection.alert_id)
    return replace(alert, status="open", notices=notices, told_at=detection.occurred_at)


def merged(known: Iterable[Evidence], found: Iterable[Evidence], limit: int) -> tuple[Evidence, ...]:
    """Join evidence, each piece once, oldest first, the newest kept."""
    once = {(one.kind, one.ref, one.at): one for one in (*known, *found)}
    return tuple(sorted(once.values(), key=lambda one: (one.at, one.kind, one.ref or "")))[-limit:]


def resolves(passed: Pass, alert: Alert) -> bool:
    """Tell whether a pass ends an alert: it came after, and it is about the same thing.

    An alert that is about nothing in particular ends with any pass; a concern for safety ends with none.
    """
    # A pass from before the last trouble says nothing about it.
    if passed.at < alert.last_seen or alert.rule == SAFETY:
        return False
    same_exercise = passed.exercise_id is not None and passed.exercise_id == alert.exercise_id
    return same_exercise or alert.topic is None or passed.topic == alert.topic


def acted(alert: Alert, action: Action) -> Alert:
    """Apply what a teacher did; to acknowledge again changes nothing."""
    if action.action == "resolve":
        return replace(
            alert, status="resolved", resolved_at=action.at, resolved_by=action.teacher_id, note=action.note
        )
    if alert.status == "acknowledged":
        return alert
    return replace(alert, status="acknowledged", acknowledged_at=action.at, acknowledged_by=action.teacher_id)


@dataclass(slots=True)
class _Book:
    rules: AlertRules
    unresolved: dict[Key, Alert] = field(default_factory=dict)
    resolved: list[Alert] = field(default_factory=list)

    def take(self, fact: Detection | Action | Pass) -> None:
        match fact:
            case StruggleDetected() | SafetyDetection():
                known = self._about(fact.topic, fact.rule)
                if known is not None:
                    del self.unresolved[known.key]
                alert = decide(known, fact, self.rules)
                self.unresolved[alert.key] = alert
                self._join(alert.topic)
            case Action():
                if (acted_on := self._about(fact.topic, fact.rule)) is not None:
                    self._keep(acted(acted_on, fact))
            case Pass():
                for alert in [one for one in self.unresolved.values() if resolves(fact, one)]:
                    self._keep(replace(alert, status="resolved", resolved_at=fact.at))

    def _about(self, topic: Topic | None, rule: AlertRule) -> Alert | None:
        """Find the alert that a fact is about: where a topic is unknown it may be any, the latest first."""
        exact = self.unresolved.get((topic, rule))
        if exact is not None or topic is not None:
            return exact or self.unresolved.get((None, rule))
        same = [alert for alert in self.unresolved.values() if alert.rule == rule]
        return max(same, key=lambda alert: (alert.last_seen, alert.alert_id), default=None)

    def _keep(self, alert: Alert) -> None:
        if alert.status == "resolved":
            del self.unresolved[alert.key]
            self.resolved.append(alert)
        else:
            self.unresolved[alert.key] = alert

    def _join(self, topic: Topic | None) -> None:
        together = [alert for alert in self.unresolved.values() if alert.topic == topic]
        # Once joined an alert stays urgent, also when the other one is resolved first.
        if topic is not None and len(together) > 1:
            self.unresolved.update({alert.key: replace(alert, joined=True) for alert in together})


def alert_to_notify(
    alerts: Iterable[Alert],
    detection_id: UUID,
    told_before: Mapping[Key, Sequence[datetime]],
    rules: AlertRules,
) -> Alert | None:
    """Find the alert that teachers are to be told of because of a detection.

    None for a repeat, for an alert that is over, and when they were told of this alert shortly before or
    after, by a detection that arrived earlier.
    """
    for alert in alerts:
        # The fold says which detections are to be told: only the one at hand is this event's to tell.
        if detection_id not in alert.notices or alert.status != "open":
            continue
        # A rebuild, or a detection that came late, must not tell teachers a second time.
        near = [
            at
            for key in {alert.key, (None, alert.rule)}
            for at in told_before.get(key, ())
            if at >= alert.first_seen and abs(at - alert.told_at) <= rules.repeat
        ]
        return None if near else alert
    return None
