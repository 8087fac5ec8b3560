-- Grades of submissions, and the attempts the struggle rules look at.

CREATE TABLE grades (
    submission_id uuid             PRIMARY KEY,
    student_id    uuid             NOT NULL,
    exercise_id   uuid             NOT NULL,
    score         double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    passed        integer          NOT NULL,
    total         integer          NOT NULL,
    tests         jsonb            NOT NULL,
    hint_level    text             NOT NULL DEFAULT 'none',
    created_at    timestamptz      NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX grades_student ON grades (student_id, created_at DESC);
CREATE INDEX grades_exercise ON grades (exercise_id);

-- Only what the sandbox really ran is an attempt: our own failures leave no row.
CREATE TABLE attempts (
    submission_id uuid             PRIMARY KEY,
    student_id    uuid             NOT NULL,
    exercise_id   uuid             NOT NULL,
    topic         text             NOT NULL,
    occurred_at   timestamptz      NOT NULL,
    status        text             NOT NULL,
    score         double precision NOT NULL,
    source_hash   text             NOT NULL,
    summary       text             NOT NULL
);
CREATE INDEX attempts_exercise ON attempts (student_id, exercise_id, occurred_at);
CREATE INDEX attempts_timeouts ON attempts (student_id, occurred_at) WHERE status = 'timeout';
CREATE INDEX attempts_recent ON attempts (occurred_at);

-- Which detections were published: each one once, whatever is delivered again.
CREATE TABLE struggles (
    alert_id    uuid        PRIMARY KEY,
    student_id  uuid        NOT NULL,
    exercise_id uuid        NOT NULL,
    rule        text        NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX struggles_student ON struggles (student_id);
