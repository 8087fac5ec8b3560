-- Progress: the facts, and what is derived from them. Everything here can be built again from the topics: a rebuild
-- fills a generation of its own beside the live one, and readers change over when it is complete.

CREATE TABLE projections (
    name       text        PRIMARY KEY,
    live       integer     NOT NULL DEFAULT 1,
    building   integer,
    newest     integer     NOT NULL DEFAULT 1,
    started_at timestamptz
);
INSERT INTO projections (name) VALUES ('progress'), ('alerts');

CREATE TABLE activities (
    activity_id uuid        NOT NULL,
    generation  integer     NOT NULL,
    student_id  uuid        NOT NULL,
    kind        text        NOT NULL,
    topic       text,
    occurred_at timestamptz NOT NULL,
    detail      jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (activity_id, generation)
);
CREATE INDEX activities_student ON activities (student_id, generation, occurred_at DESC, activity_id DESC);
CREATE INDEX activities_recorded ON activities USING brin (recorded_at);

-- The row is also the lock under which the activities of a student are added up.
CREATE TABLE student_progress (
    student_id     uuid           NOT NULL,
    generation     integer        NOT NULL,
    time_zone      text           NOT NULL,
    rules_version  text           NOT NULL,
    days           datemultirange NOT NULL DEFAULT '{}',
    activities     integer        NOT NULL DEFAULT 0,
    last_active_at timestamptz,
    PRIMARY KEY (student_id, generation)
) WITH (fillfactor = 80);

CREATE TABLE topic_progress (
    student_id   uuid    NOT NULL,
    generation   integer NOT NULL,
    topic        text    NOT NULL,
    points       numeric NOT NULL,
    exercises    integer NOT NULL,
    quizzes      integer NOT NULL,
    reviews      integer NOT NULL,
    last_quizzes jsonb   NOT NULL,
    last_ratings jsonb   NOT NULL,
    updated_at   timestamptz,
    PRIMARY KEY (student_id, generation, topic)
) WITH (fillfactor = 80);

-- The best result of a student in each exercise.
CREATE TABLE exercise_results (
    student_id  uuid        NOT NULL,
    generation  integer     NOT NULL,
    topic       text        NOT NULL,
    exercise_id uuid        NOT NULL,
    difficulty  text        NOT NULL,
    hint_level  text        NOT NULL,
    score       numeric     NOT NULL,
    counted     numeric     NOT NULL,
    points      numeric     NOT NULL,
    occurred_at timestamptz NOT NULL,
    activity_id uuid        NOT NULL,
    PRIMARY KEY (student_id, generation, topic, exercise_id)
);
CREATE INDEX exercise_results_best ON exercise_results
    (student_id, generation, topic, points DESC, score DESC, occurred_at DESC, activity_id DESC);

-- Exercises that were given to a student, so that progress can name those not yet tried.
CREATE TABLE given_exercises (
    student_id  uuid        NOT NULL,
    generation  integer     NOT NULL,
    exercise_id uuid        NOT NULL,
    topic       text        NOT NULL,
    difficulty  text        NOT NULL,
    given_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (student_id, generation, exercise_id)
);
CREATE INDEX given_exercises_recorded ON given_exercises USING brin (recorded_at);
