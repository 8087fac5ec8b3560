"""What must hold in the tables, in SQL of the checker's own: every query finds the rows that break a rule."""

from __future__ import annotations

from typing import Any, TypeAlias

import asyncpg

Database: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SHOWN = 5
# $1: the students of the run.
RULES: dict[str, str] = {
    "a question without an answer": """
        SELECT message_id, status FROM messages WHERE student_id = ANY($1::uuid[])
           AND (status <> 'answered' OR answer IS NULL OR answered_at IS NULL)""",
    "a question that was not answered on the stream exactly once": """
        SELECT m.message_id, count(e.seq) FROM messages m LEFT JOIN stream_events e
            ON e.user_id = m.student_id AND e.kind = 'answer' AND e.data ->> 'message_id' = m.message_id::text
         WHERE m.student_id = ANY($1::uuid[]) GROUP BY 1 HAVING count(e.seq) <> 1""",
    "a question that was not counted as an activity exactly once": """
        SELECT m.message_id, count(a.activity_id) FROM messages m LEFT JOIN activities a
            ON a.student_id = m.student_id AND a.kind = 'question.asked'
           AND a.detail ->> 'message_id' = m.message_id::text
         WHERE m.student_id = ANY($1::uuid[]) GROUP BY 1 HAVING count(a.activity_id) <> 1""",
    "a question without the key it was asked with, or the other way round": """
        SELECT m.message_id, k.key FROM messages m FULL JOIN (
            SELECT key, answer ->> 'message_id' AS id FROM idempotency_keys
             WHERE route = 'chat' AND user_id = ANY($1::uuid[])) k ON k.id = m.message_id::text
         WHERE (m.message_id IS NULL OR m.student_id = ANY($1::uuid[]))
           AND (m.message_id IS NULL OR k.id IS NULL)""",
    "a submission without the key it came with, or the other way round": """
        SELECT s.submission_id, k.key FROM submissions s FULL JOIN (
            SELECT key, answer ->> 'submission_id' AS id FROM idempotency_keys
             WHERE route = 'submission' AND user_id = ANY($1::uuid[])) k ON k.id = s.submission_id::text
         WHERE (s.submission_id IS NULL OR s.student_id = ANY($1::uuid[]))
           AND (s.submission_id IS NULL OR k.id IS NULL)""",
    "a submission without its review, or without its grade": """
        SELECT s.submission_id, r.submission_id, g.submission_id
          FROM submissions s
          LEFT JOIN reviews r USING (submission_id) LEFT JOIN grades g USING (submission_id)
         WHERE s.student_id = ANY($1::uuid[])
           AND (r.submission_id IS NULL OR (s.exercise_id IS NOT NULL) <> (g.submission_id IS NOT NULL))""",
    "a submission that failed": """
        SELECT submission_id, agent, text FROM submission_failures WHERE student_id = ANY($1::uuid[])""",
    "a grade that was not counted as an attempt exactly once": """
        SELECT g.submission_id, count(a.activity_id) FROM grades g LEFT JOIN activities a
            ON a.student_id = g.student_id AND a.kind = 'exercise.attempted'
           AND a.detail ->> 'submission_id' = g.submission_id::text
         WHERE g.student_id = ANY($1::uuid[]) GROUP BY 1 HAVING count(a.activity_id) <> 1""",
    "a notice of a grade or review that was not given exactly once": """
        SELECT s.submission_id, w.agent, count(e.seq)
          FROM submissions s CROSS JOIN (VALUES ('code_review'), ('exercise')) AS w(agent)
          LEFT JOIN stream_events e ON e.user_id = s.student_id AND e.kind = 'submission'
           AND e.data ->> 'submission_id' = s.submission_id::text AND e.data ->> 'agent' = w.agent
         WHERE s.student_id = ANY($1::uuid[]) AND (w.agent = 'code_review' OR s.exercise_id IS NOT NULL)
         GROUP BY 1, 2 HAVING count(e.seq) <> 1""",
    "an exercise that is not ready": """
        SELECT exercise_id, status FROM exercises WHERE student_id = ANY($1::uuid[]) AND status <> 'ready'""",
    "an exercise that was not announced exactly once": """
        SELECT x.exercise_id, count(e.seq) FROM exercises x LEFT JOIN stream_events e
            ON e.user_id = x.student_id AND e.kind = 'exercise'
           AND e.data ->> 'exercise_id' = x.exercise_id::text
         WHERE x.student_id = ANY($1::uuid[]) GROUP BY 1 HAVING count(e.seq) <> 1""",
    "a graded quiz that was not counted exactly once": """
        SELECT q.quiz_id, count(a.activity_id) FROM quizzes q LEFT JOIN activities a
            ON a.kind = 'quiz.graded' AND a.detail ->> 'quiz_id' = q.quiz_id::text
         WHERE q.student_id = ANY($1::uuid[]) GROUP BY q.quiz_id, q.result
        HAVING count(a.activity_id) <> CASE WHEN q.result IS NULL THEN 0 ELSE 1 END""",
    "a stream with a gap": """
        SELECT s.user_id, s.last_seq, count(e.seq)
          FROM user_streams s LEFT JOIN stream_events e USING (user_id)
         WHERE s.user_id = ANY($1::uuid[]) GROUP BY 1, 2
        HAVING count(e.seq) <> s.last_seq OR min(e.seq) <> 1 OR max(e.seq) <> s.last_seq""",
    "an event on the stream of nobody": """
        SELECT e.user_id, e.seq FROM stream_events e LEFT JOIN users u USING (user_id)
         WHERE u.user_id IS NULL""",
    "an answer to no question": """
        SELECT e.user_id, e.seq FROM stream_events e
         WHERE e.kind = 'answer' AND NOT EXISTS (
               SELECT FROM messages m WHERE m.message_id::text = e.data ->> 'message_id')""",
    "an activity of nobody": """
        SELECT a.activity_id FROM activities a LEFT JOIN users u ON u.user_id = a.student_id
         WHERE u.user_id IS NULL""",
    "a grade or review of nothing": """
        SELECT submission_id
          FROM (SELECT submission_id FROM grades UNION ALL SELECT submission_id FROM reviews) AS one
         WHERE submission_id NOT IN (SELECT submission_id FROM submissions)
           AND NOT EXISTS (
               SELECT FROM messages m WHERE m.answer ->> 'submission_id' = one.submission_id::text)""",
    "progress of a topic that nobody worked on": """
        SELECT t.student_id, t.topic FROM topic_progress t WHERE NOT EXISTS (
               SELECT FROM activities a WHERE a.student_id = t.student_id AND a.topic = t.topic)""",
    "a best result without its activity": """
        SELECT r.exercise_id FROM exercise_results r WHERE NOT EXISTS (
               SELECT FROM activities a WHERE a.activity_id = r.activity_id)""",
    "a count of activities that is wrong": """
        SELECT p.student_id, p.activities, count(a.activity_id) FROM student_progress p
          LEFT JOIN activities a USING (student_id, generation)
         GROUP BY 1, 2 HAVING p.activities <> count(a.activity_id)""",
    "an alert without a detection": """
        SELECT a.alert_id FROM alerts a WHERE NOT EXISTS (
               SELECT FROM alert_detections d WHERE d.student_id = a.student_id AND d.rule = a.rule)""",
    "an event that waits in the outbox": """
        SELECT seq, type, attempts, created_at FROM outbox WHERE published_at IS NULL""",
    "an event that was begun and never finished": """
        SELECT consumer, id, attempts, last_error FROM inbox WHERE done_at IS NULL""",
}
EVERYBODY = "$1::uuid[]"


async def broken(db: Database, students: list[str]) -> list[str]:
    """Look for rows that break a rule; each line names the rule and the first of them."""
    found = []
    for rule, query in RULES.items():
        rows = await db.fetch(query, *([students] if EVERYBODY in query else []))
        if rows:
            shown = "; ".join(str(tuple(map(text, row))) for row in rows[:SHOWN])
            found.append(f"{len(rows)} x {rule}: {shown}")
    return found


def text(value: Any) -> str:
    """Show a value in a line."""
    return str(value)[:120]
