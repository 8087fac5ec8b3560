"""Progress in the database is the fold over the facts, however they arrive."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from events.models import ActivityRecorded, ExerciseGenerated
from functions.gateway import class_table
from functions.progress import reading, store
from functions.progress.days import local_day
from functions.progress.evidence import derive
from functions.progress.overview import history, progress
from functions.progress.reading import Period
from functions.progress.rules import MasteryRules
from tests.support.learners import NOW, learner, student

RULES = MasteryRules()
DERIVED = """
SELECT to_jsonb(t)::text FROM topic_progress t UNION ALL SELECT to_jsonb(s)::text FROM student_progress s
UNION ALL SELECT to_jsonb(r)::text FROM exercise_results r ORDER BY 1
"""


async def put(db: Any, *activities: ActivityRecorded, rules: MasteryRules = RULES) -> list[bool]:
    taken = []
    for activity in activities:
        async with db.transaction():
            taken.append(await store.record(db, activity, rules))
    return taken


async def derived(db: Any) -> list[str]:
    return [row[0] for row in await db.fetch(DERIVED)]


async def enrol(db: Any, number: int, time_zone: str = "UTC") -> None:
    await db.execute(
        "INSERT INTO users (user_id, email, display_name, role, password_hash, time_zone)"
        " VALUES ($1, $2, 'Maya', 'student', '', $3)",
        student(number),
        f"{number}@example.org",
        time_zone,
    )


async def test_any_order_of_arrival_gives_the_same_rows(db: Any) -> None:
    facts = list(learner(1, 150))
    results = []
    for seed in range(3):
        await db.execute("TRUNCATE activities, student_progress, topic_progress, exercise_results")
        shuffled = [*facts, *facts[:30]]
        random.Random(seed).shuffle(shuffled)
        await put(db, *shuffled)
        results.append(await derived(db))
    assert results[0] == results[1] == results[2]
    async with db.transaction():
        await store.derive_again(db, 1, [student(1)], RULES)
    assert await derived(db) == results[0]


async def test_what_is_read_is_what_the_facts_say(db: Any) -> None:
    facts = list(learner(1, 200))
    await put(db, *facts)
    found = await reading.progress_of(db, student(1), NOW, RULES)
    assert found == progress(student(1), derive(facts, "UTC", RULES), facts, NOW.date(), RULES)
    await enrol(db, 1)
    class_id = await a_class(db, 1)
    [row] = await class_table.of_class(db, class_id, NOW, RULES)
    assert row.topics == {topic.topic: topic.mastery for topic in found.topics}
    assert (row.streak_days, row.open_alerts) == (found.streak_days, 0)


async def a_class(db: Any, *numbers: int) -> Any:
    teacher, class_id = uuid4(), uuid4()
    await db.execute(
        "INSERT INTO users (user_id, email, display_name, role, password_hash)"
        " VALUES ($1, $2, 'T', 'teacher', '')",
        teacher,
        f"{teacher}@example.org",
    )
    await db.execute(
        "INSERT INTO classes VALUES ($1, $2, 'Python', $3)", class_id, teacher, str(class_id)[:8]
    )
    for number in numbers:
        await db.execute("INSERT INTO class_members VALUES ($1, $2)", class_id, student(number))
    return class_id


async def test_a_student_without_activity_has_all_topics_at_zero(db: Any) -> None:
    found = await reading.progress_of(db, uuid4(), NOW, RULES)
    assert (found.streak_days, len(found.topics), found.recent) == (0, 8, [])
    assert {(topic.mastery, topic.updated_at) for topic in found.topics} == {(0.0, None)}


async def test_concurrent_activities_of_one_student_are_all_counted(pool: Any) -> None:
    facts = list(learner(1, 120))

    async def deliver(activity: ActivityRecorded) -> bool:
        async with pool.acquire() as db:
            return (await put(db, activity))[0]

    taken = await asyncio.gather(*(deliver(activity) for activity in [*facts, *facts]))
    assert sum(taken) == len(facts)
    async with pool.acquire() as db:
        found = await reading.progress_of(db, student(1), NOW, RULES)
    assert found == progress(student(1), derive(facts, "UTC", RULES), facts, NOW.date(), RULES)


async def test_another_time_zone_is_seen_at_once_and_kept_with_the_next_activity(db: Any) -> None:
    *facts, last = learner(1, 60)
    await enrol(db, 1)
    await put(db, *facts)
    await db.execute("UPDATE users SET time_zone = 'Pacific/Kiritimati'")
    today = local_day(NOW, "Pacific/Kiritimati")
    for known in (facts, [*facts, last]):
        await put(db, *known[len(facts) :])
        found = await reading.progress_of(db, student(1), NOW, RULES)
        evidence = derive(known, "Pacific/Kiritimati", RULES)
        assert found == progress(student(1), evidence, known, today, RULES)
    assert await db.fetchval("SELECT time_zone FROM student_progress") == "Pacific/Kiritimati"


async def test_changed_rules_are_seen_at_once_and_kept_with_the_next_activity(db: Any) -> None:
    *facts, last = learner(1, 60)
    await put(db, *facts)
    rules = replace(RULES, version="3", last_quizzes=1, points_needed=3)
    found = await reading.progress_of(db, student(1), NOW, rules)
    assert found == progress(student(1), derive(facts, "UTC", rules), facts, NOW.date(), rules)
    await put(db, last, rules=rules)
    assert await db.fetchval("SELECT rules_version FROM student_progress") == "3"
    found = await reading.progress_of(db, student(1), NOW, rules)
    assert found == progress(
        student(1), derive([*facts, last], "UTC", rules), [*facts, last], NOW.date(), rules
    )


async def test_history_shows_what_was_known_at_the_end_of_each_day(db: Any) -> None:
    facts = list(learner(1, 150))
    await put(db, *facts)
    first, last = NOW.date() - timedelta(days=20), NOW.date()
    shown_days = await reading.history_of(db, student(1), Period(first, last), NOW, RULES)
    assert (shown_days.time_zone, shown_days.rules_version) == ("UTC", RULES.version)
    found = shown_days.days
    assert [one.day for one in found] == [first + timedelta(days=n) for n in range(21)]
    for snapshot in found:
        known = [a for a in facts if a.occurred_at.date() <= snapshot.day]
        shown = progress(student(1), derive(known, "UTC", RULES), [], snapshot.day, RULES)
        assert snapshot.topics == {topic.topic: topic.mastery for topic in shown.topics}
    days = derive(facts, "UTC", RULES).days
    graded = [a for a in facts if a.kind in ("exercise.attempted", "quiz.graded", "code.reviewed")]
    assert found == history(graded, days, "UTC", (first, last), RULES)


async def test_nothing_of_an_erased_student_is_taken(db: Any) -> None:
    await db.execute("INSERT INTO erased_users (user_id) VALUES ($1)", student(1))
    assert await put(db, *learner(1, 3)) == [False, False, False]
    assert await derived(db) == []


async def test_given_exercises_are_untried_until_they_are_handed_in(db: Any) -> None:
    [fact] = [a for a in learner(1, 30) if a.detail.exercise_id and a.topic][:1]
    given = ExerciseGenerated(
        exercise_id=fact.detail.exercise_id,
        student_id=student(1),
        topic=fact.topic,
        difficulty="easy",
        origin="bank",
        occurred_at=NOW,
    )
    async with db.transaction():
        await store.record_given(db, given)
        await store.record_given(db, given)
    assert [one.exercise_id for one in await reading.untried(db, student(1))] == [given.exercise_id]
    await put(db, fact)
    assert await reading.untried(db, student(1)) == []
