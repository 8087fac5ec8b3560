-- Exercises that teachers write: what they wrote, what a proof said of it, and what their students get.

CREATE TABLE authored_exercises (
    exercise_id  uuid        PRIMARY KEY,
    teacher_id   uuid        NOT NULL,
    status       text        NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    shared       boolean     NOT NULL DEFAULT false,
    content      jsonb       NOT NULL,
    revision     integer     NOT NULL DEFAULT 1,
    version      integer     NOT NULL DEFAULT 1,
    copy_of      uuid,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at timestamptz
);
CREATE INDEX authored_exercises_teacher ON authored_exercises (teacher_id, created_at DESC, exercise_id);
CREATE INDEX authored_exercises_shared ON authored_exercises (created_at DESC, exercise_id) WHERE shared;

-- A proof is of one revision: a change of the draft needs another.
CREATE TABLE authored_proofs (
    proof_id    uuid        PRIMARY KEY,
    exercise_id uuid        NOT NULL REFERENCES authored_exercises ON DELETE CASCADE,
    revision    integer     NOT NULL,
    status      text        NOT NULL DEFAULT 'proving' CHECK (status IN ('proving', 'proven', 'refused')),
    problems    jsonb       NOT NULL DEFAULT '[]',
    asked_at    timestamptz NOT NULL,
    answered_at timestamptz
);
CREATE INDEX authored_proofs_exercise ON authored_proofs (exercise_id, revision, asked_at DESC);

-- What a proven revision is made of, ready to be copied to a student: one row per row of its table of values.
CREATE TABLE authored_variations (
    exercise_id  uuid    NOT NULL REFERENCES authored_exercises ON DELETE CASCADE,
    variation    integer NOT NULL,
    content_hash text    NOT NULL,
    title        text    NOT NULL,
    instructions text    NOT NULL,
    starter_code text    NOT NULL,
    examples     jsonb   NOT NULL,
    solution     text    NOT NULL,
    tests        jsonb   NOT NULL,
    PRIMARY KEY (exercise_id, variation)
);

ALTER TABLE exercises ADD COLUMN authored_id uuid;
CREATE INDEX exercises_authored ON exercises (authored_id, student_id) WHERE authored_id IS NOT NULL;
ALTER TABLE exercises DROP CONSTRAINT exercises_origin_check;
ALTER TABLE exercises ADD CONSTRAINT exercises_origin_check
    CHECK (origin IN ('bank', 'variation', 'model', 'authored'));
