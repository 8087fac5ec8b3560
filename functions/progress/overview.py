"""A student's progress as the API shows it, built from evidence.

What is shown is derived from evidence at the moment of asking: mastery has no clock of its own, but
consistency depends on today. `history` takes the activities of a period once, in order, and looks at the end
of each day; cost: linear in activities and days, times the topics that changed. Numbers are rounded here and
nowhere before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from events.models import ActivityRecorded, Difficulty, HelpLevel, Level, Topic
from functions.progress.days import DAY, Runs, active_days, days_of, local_day, streak
from functions.progress.evidence import (
    Book,
    ExerciseResult,
    Ratings,
    StudentEvidence,
    TopicEvidence,
    current,
)
from functions.progress.mastery import Mastery, Part, earned, mastery, regular, shown
from functions.progress.rules import MasteryRules
from functions.progress.topics import TOPICS

RECENT = 10
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Components:
    """The four parts of mastery, 0 to 100, rounded half up to one decimal."""

    exercises: float
    quizzes: float
    code_quality: float
    consistency: float


@dataclass(frozen=True, slots=True)
class ExerciseShown:
    """An exercise that counts.

    `score` is what the tests gave, `counted` what is left of it after help, `points` that times its weight.
    """

    exercise_id: UUID
    difficulty: Difficulty
    hint_level: HelpLevel
    score: float
    counted: float
    points: float
    at: datetime


@dataclass(frozen=True, slots=True)
class RatingShown:
    """A quiz (score 0 to 1) or a review (quality 0 to 100) that counts."""

    id: UUID
    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """What is behind the parts; `active_days` are `days` in number, among the last `days_of`."""

    exercises: list[ExerciseShown]
    exercises_total: int
    quizzes: list[RatingShown]
    quizzes_total: int
    reviews: list[RatingShown]
    reviews_total: int
    days: int
    days_of: int
    active_days: list[date]
    missing: list[Part]


@dataclass(frozen=True, slots=True)
class TopicProgress:
    """Mastery of one topic."""

    topic: Topic
    mastery: float
    level: Level
    provisional: bool
    components: Components
    updated_at: datetime | None
    evidence: EvidenceShown


@dataclass(frozen=True, slots=True)
class Recent:
    """Something a student did of late."""

    activity_id: UUID
    kind: str
    topic: Topic | None
    at: datetime
    score: float | None = None
    exercise_id: UUID | None = None
    quiz_id: UUID | None = None
    submission_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that GET /progress answers."""

    student_id: UUID
    streak_days: int
    topics: list[TopicProgress]
    recent: list[Recent]
    last_active_at: datetime | None
    rules_version: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Mastery at the end of one day: by topic, and on average over the topics that were begun."""

    day: date
    mastery: float
    topics: dict[Topic, float]
    active: bool


def progress(
    student_id: UUID,
    evidence: StudentEvidence,
    recent: Sequence[ActivityRecorded],
    today: date,
    rules: MasteryRules,
) -> Progress:
    """Build a student's progress as of today in the student's time zone."""
    return Progress(
        student_id=student_id,
        streak_days=streak(evidence.days, today),
        topics=[topic_progress(topic, evidence, today, rules) for topic in TOPICS],
        recent=recently(recent),
        last_active_at=evidence.last_active_at,
        rules_version=rules.version,
    )


def topic_progress(
    topic: Topic, evidence: StudentEvidence, today: date, rules: MasteryRules
) -> TopicProgress:
    """Build the progress in one topic."""
    known = evidence.topic(topic)
    active = days_of(evidence.days, today, rules.days_window)
    found = mastery(known, len(active), rules)
    results = [result for (of, _), result in evidence.results.items() if of == topic]
    return TopicProgress(
        topic=topic,
        mastery=shown(found.score),
        level=found.level,
        provisional=found.provisional,
        components=Components(**{part: shown(score) for part, score in found.parts.items()}),
        updated_at=known.updated_at,
        evidence=behind(known, results, found, active, rules),
    )


def behind(
    topic: TopicEvidence,
    results: Iterable[ExerciseResult],
    found: Mastery,
    active: list[date],
    rules: MasteryRules,
) -> EvidenceShown:
    """Show what is behind a mastery, the best exercises first."""
    best = sorted(results, key=lambda result: result.rank, reverse=True)[:RECENT]
    return EvidenceShown(
        exercises=[
            ExerciseShown(
                one.exercise_id,
                one.difficulty,
                one.hint_level,
                float(one.score),
                float(one.counted),
                float(one.points),
                one.occurred_at,
            )
            for one in best
        ],
        exercises_total=topic.exercises,
        quizzes=ratings_shown(topic.last_quizzes),
        quizzes_total=topic.quizzes,
        reviews=ratings_shown(topic.last_ratings),
        reviews_total=topic.reviews,
        days=len(active),
        days_of=rules.days_window,
        active_days=active,
        missing=list(found.missing),
    )


def ratings_shown(ratings: Ratings) -> list[RatingShown]:
    """Show ratings by the quiz or submission they belong to."""
    return [RatingShown(one.ref or one.activity_id, float(one.value), one.at) for one in ratings]


def recently(activities: Iterable[ActivityRecorded], limit: int = RECENT) -> list[Recent]:
    """Show the newest activities; an attempt that completed its exercise is shown once."""
    newest = sorted(current(activities), key=lambda a: (a.occurred_at, a.activity_id), reverse=True)
    # One submission makes two activities when it passes: attempted, and completed.
    completed = {a.detail.submission_id for a in newest if a.kind == "exercise.completed"}
    return [
        Recent(
            a.activity_id,
            a.kind,
            a.topic,
            a.occurred_at,
            a.detail.quality if a.kind == "code.reviewed" else a.detail.score,
            a.detail.exercise_id,
            a.detail.quiz_id,
            a.detail.submission_id,
        )
        for a in newest
        if a.kind != "exercise.attempted" or a.detail.submission_id not in completed
    ][:limit]


def masteries(evidence: StudentEvidence, today: date, rules: MasteryRules) -> dict[Topic, Fraction]:
    """Compute the mastery of all topics, unrounded."""
    base = regular(active_days(evidence.days, today, rules.days_window), rules)
    return {
        topic: base + earned(evidence.topics[topic], rules) if topic in evidence.topics else base
        for topic in TOPICS
    }


def average(evidence: StudentEvidence, scores: Mapping[Topic, Fraction]) -> Fraction:
    """Average mastery over the topics that were begun; 0 when none was."""
    begun = [scores[name] for name, topic in evidence.topics.items() if topic.graded + topic.reviews]
    return sum(begun, Fraction(0)) / max(1, len(begun))


def overall(evidence: StudentEvidence, today: date, rules: MasteryRules) -> float:
    """Show a student's average mastery as of today."""
    return shown(average(evidence, masteries(evidence, today, rules)))


def history(
    activities: Iterable[ActivityRecorded],
    days: Runs,
    time_zone: str,
    period: tuple[date, date],
    rules: MasteryRules,
) -> list[Snapshot]:
    """Show mastery at the end of each day of a period, both ends included.

    `activities` are the graded ones up to its end, `days` all days with activity.
    """
    by_day = _by_day(current(activities), time_zone)
    book, snapshots = Book(rules), list[Snapshot]()
    own: dict[Topic, Fraction] = {}
    first, last = period
    # Days before the period are taken too: they are what its first day begins with.
    for day in sorted({*by_day, *every_day(first, last)}):
        for activity in by_day.get(day, ()):
            book.take(activity)
        # Most days change few topics.
        changed = {activity.topic for activity in by_day.get(day, ())}
        # What a topic earned is kept from day to day; only consistency is new each day.
        own |= {topic: earned(book.topics[topic], rules) for topic in changed if topic is not None}
        if first <= day <= last:
            base = regular(active_days(days, day, rules.days_window), rules)
            scores = {topic: base + own.get(topic, NOTHING) for topic in TOPICS}
            snapshots.append(snapshot(day, StudentEvidence(topics=book.topics, days=days), scores))
    return snapshots


def snapshot(day: date, evidence: StudentEvidence, scores: Mapping[Topic, Fraction]) -> Snapshot:
    """Show what was known at the end of a day."""
    return Snapshot(
        day=day,
        mastery=shown(average(evidence, scores)),
        topics={topic: shown(score) for topic, score in scores.items()},
        active=bool(active_days(evidence.days, day, 1)),
    )


def every_day(first: date, last: date) -> list[date]:
    """List the days of a period, both ends included."""
    return [first + timedelta(days=n) for n in range((last - first) // DAY + 1)]


def _by_day(activities: Iterable[ActivityRecorded], time_zone: str) -> Mapping[date, list[ActivityRecorded]]:
    def day(activity: ActivityRecorded) -> date:
        return local_day(activity.occurred_at, time_zone)

    return {key: list(group) for key, group in groupby(sorted(activities, key=day), key=day)}
