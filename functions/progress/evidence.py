"""What counts for the mastery of a topic: a fold over the set of a student's activities.

Activities are added one by one: of each exercise the best result counts, of quizzes and reviews the last few
by when they happened. Adding is commutative, so that live events and a rebuild from the topics end with the
same numbers. Cost of one activity: constant, apart from sorting the few kept ratings. Days are counted in
the student's time zone, so a change of zone needs all activities again (`derive`); so does a grading that
takes the place of an earlier one, which can't be added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Context, Decimal, Inexact
from functools import reduce
from uuid import UUID

from events.models import ActivityRecorded, Difficulty, HelpLevel, Topic
from functions.progress.days import Runs, local_day, runs_of
from functions.progress.rules import MasteryRules

# Digits enough for any sum of products of floats; a result that does not fit is an error, never rounded.
EXACT = Context(prec=800, traps=[Inexact])
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The best that a student reached in one exercise."""

    exercise_id: UUID
    difficulty: Difficulty
    hint_level: HelpLevel
    score: Decimal
    counted: Decimal
    points: Decimal
    occurred_at: datetime
    activity_id: UUID
    family: str | None = None

    @property
    def rank(self) -> tuple[Decimal, Decimal, datetime, UUID]:
        """Orders results of one exercise, without ties."""
        return self.points, self.score, self.occurred_at, self.activity_id


@dataclass(frozen=True, slots=True)
class Rating:
    """The score of a quiz (0 to 1) or the quality of reviewed code (0 to 100)."""

    at: datetime
    activity_id: UUID
    value: Decimal
    ref: UUID | None = None


Ratings = tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """What is known of one topic; ratings are kept as far as they count, newest first."""

    points: Decimal = ZERO
    exercises: int = 0
    quizzes: int = 0
    reviews: int = 0
    last_quizzes: Ratings = ()
    last_ratings: Ratings = ()
    updated_at: datetime | None = None

    @property
    def graded(self) -> int:
        """How many exercises and quizzes were graded."""
        return self.exercises + self.quizzes


@dataclass(frozen=True, slots=True)
class StudentEvidence:
    """What is known of a student; `results` are the best ones, by topic and exercise."""

    topics: Mapping[Topic, TopicEvidence] = field(default_factory=dict)
    results: Mapping[tuple[Topic, UUID], ExerciseResult] = field(default_factory=dict)
    days: Runs = ()
    activities: int = 0
    last_active_at: datetime | None = None

    def topic(self, topic: Topic) -> TopicEvidence:
        """Give what is known of a topic."""
        return self.topics.get(topic, TopicEvidence())


def exact(value: float) -> Decimal:
    """Take a number from an event as the decimal that was written there."""
    # repr gives the shortest decimal of a float, which is what the JSON of the event said.
    return Decimal(repr(value))


def counted(score: Decimal, hint_level: HelpLevel, rules: MasteryRules) -> Decimal:
    """Take from the tests' score what help takes."""
    return EXACT.multiply(score, rules.help[hint_level])


def exercise_result(activity: ActivityRecorded, rules: MasteryRules) -> ExerciseResult | None:
    """Read what an activity says of an exercise; None when it says nothing."""
    detail = activity.detail
    if not activity.kind.startswith("exercise.") or detail.exercise_id is None or detail.score is None:
        return None
    difficulty, hint_level = detail.difficulty or "medium", detail.hint_level or "none"
    score = exact(detail.score)
    worth = counted(score, hint_level, rules)
    return ExerciseResult(
        exercise_id=detail.exercise_id,
        difficulty=difficulty,
        hint_level=hint_level,
        score=score,
        counted=worth,
        points=EXACT.multiply(worth, rules.weights[difficulty]),
        occurred_at=activity.occurred_at,
        activity_id=activity.activity_id,
        family=detail.family,
    )


def better(known: ExerciseResult | None, found: ExerciseResult) -> ExerciseResult:
    """Keep the better of two results of one exercise, and the family if one of them names it."""
    if known is None:
        return found
    family = max((one for one in (known.family, found.family) if one is not None), default=None)
    return replace(max(known, found, key=lambda result: result.rank), family=family)


def weighed(points: Iterable[Decimal], rules: MasteryRules) -> Decimal:
    """Add up the points of the variations of one exercise: the best counts whole, the next ones less."""
    ordered = sorted(points, reverse=True)
    worth = [EXACT.multiply(one, factor) for one, factor in zip(ordered, (ONE, *rules.again), strict=False)]
    return reduce(EXACT.add, worth, ZERO)


def gained(
    known: ExerciseResult | None, best: ExerciseResult, others: Sequence[Decimal], rules: MasteryRules
) -> Decimal:
    """Compute what a result adds to a topic; `others` are the points of the other results of its family."""
    alone = known is not None and known.family is None and best.family is not None
    before = weighed(others if known is None or alone else [known.points, *others], rules)
    earlier = known.points if known is not None and alone else ZERO
    return EXACT.subtract(weighed([best.points, *others], rules), EXACT.add(before, earlier))


def latest(known: Ratings, found: Rating, limit: int) -> Ratings:
    """Keep the newest ratings by when they happened, whatever the order of arrival."""
    return tuple(sorted((*known, found), key=lambda r: (r.at, r.activity_id), reverse=True)[:limit])


def add(
    topic: TopicEvidence,
    known: ExerciseResult | None,
    activity: ActivityRecorded,
    rules: MasteryRules,
    others: Sequence[Decimal] = (),
) -> tuple[TopicEvidence, ExerciseResult | None]:
    """Add one activity of the topic; `known` is the result so far in the exercise it is about.

    `others` are the points of the other exercises of its family, which is the known one or the activity's.
    """
    times = (topic.updated_at, activity.occurred_at)
    topic = replace(topic, updated_at=max(time for time in times if time is not None))
    if (found := exercise_result(activity, rules)) is not None:
        # A better attempt adds only what it is better by: so the sum is right in any order of arrival.
        best = better(known, found)
        points = EXACT.add(topic.points, gained(known, best, others, rules))
        exercises = topic.exercises + (known is None)
        return replace(topic, points=points, exercises=exercises), best
    return _rated(topic, activity, rules), known


def _rated(topic: TopicEvidence, activity: ActivityRecorded, rules: MasteryRules) -> TopicEvidence:
    detail = activity.detail
    at, activity_id = activity.occurred_at, activity.activity_id
    if activity.kind == "quiz.graded" and detail.score is not None:
        quiz = Rating(at, activity_id, exact(detail.score), detail.quiz_id)
        kept = latest(topic.last_quizzes, quiz, rules.last_quizzes)
        return replace(topic, quizzes=topic.quizzes + 1, last_quizzes=kept)
    # A rating says nothing of a program of a few lines, or of one that does not do what it should.
    if activity.kind == "code.reviewed" and detail.quality is not None and detail.substantial is not False:
        rating = Rating(at, activity_id, exact(detail.quality), detail.submission_id)
        kept = latest(topic.last_ratings, rating, rules.last_ratings)
        return replace(topic, reviews=topic.reviews + 1, last_ratings=kept)
    return topic


def current(activities: Iterable[ActivityRecorded]) -> list[ActivityRecorded]:
    """Leave out what a later grading of the same hand-in took the place of, and repeats."""
    # At-least-once delivery: the same activity may be there twice.
    once = {activity.activity_id: activity for activity in activities}.values()
    last: dict[UUID, datetime] = {}
    for one in once:
        if (hand_in := handed_in(one)) is not None and (at := one.detail.regraded_at) is not None:
            last[hand_in] = max(at, last.get(hand_in, at))
    return [one for one in once if last.get(handed_in(one) or one.activity_id) == one.detail.regraded_at]


def handed_in(activity: ActivityRecorded) -> UUID | None:
    """Name the hand-in that an activity is a grading of."""
    return activity.detail.submission_id if activity.kind.startswith("exercise.") else None


class Book:
    """Evidence being added up, one activity after the other."""

    def __init__(self, rules: MasteryRules) -> None:
        self.topics: dict[Topic, TopicEvidence] = {}
        self.results: dict[tuple[Topic, UUID], ExerciseResult] = {}
        self._families: dict[tuple[Topic, str], dict[UUID, Decimal]] = {}
        self._rules = rules

    def take(self, activity: ActivityRecorded) -> None:
        """Add an activity that was not taken before; one without a topic counts for the days alone."""
        if activity.topic is None:
            return
        # An attempt without an exercise counts as one of its own.
        key = (activity.topic, activity.detail.exercise_id or activity.activity_id)
        known, before = self.topics.get(activity.topic, TopicEvidence()), self.results.get(key)
        family = (before.family if before else None) or activity.detail.family
        together = self._families.setdefault((activity.topic, family), {}) if family else {}
        others = [points for one, points in together.items() if one != key[1]]
        self.topics[activity.topic], result = add(known, before, activity, self._rules, others)
        if result is not None:
            self.results[key] = result
            together[key[1]] = result.points


def derive(activities: Iterable[ActivityRecorded], time_zone: str, rules: MasteryRules) -> StudentEvidence:
    """Fold a student's activities from nothing: order and repeats do not matter."""
    once = current(activities)
    book = Book(rules)
    for activity in once:
        book.take(activity)
    return StudentEvidence(
        topics=book.topics,
        results=book.results,
        days=runs_of(local_day(activity.occurred_at, time_zone) for activity in once),
        activities=len(once),
        last_active_at=max((activity.occurred_at for activity in once), default=None),
    )
