-- Exercises: what a student was given, and what proves it right.

CREATE TABLE exercises (
    exercise_id  uuid        PRIMARY KEY,
    student_id   uuid        NOT NULL,
    status       text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ready', 'failed')),
    topic        text        NOT NULL,
    difficulty   text        NOT NULL CHECK (difficulty IN ('easy', 'medium', 'hard')),
    variation_of uuid,
    origin       text        CHECK (origin IN ('bank', 'variation', 'model')),
    bank_id      text,
    seed         bigint,
    content_hash text,
    title        text,
    instructions text,
    starter_code text,
    examples     jsonb       NOT NULL DEFAULT '[]',
    solution     text,
    tests        jsonb,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    ready_at     timestamptz
);
CREATE INDEX exercises_student ON exercises (student_id, created_at DESC, exercise_id);

-- What the sandbox has proven: the values every test of this content expects.
CREATE TABLE verified_exercises (
    content_hash text        PRIMARY KEY,
    expected     jsonb       NOT NULL,
    verified_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The most a hint has given away of an exercise.
CREATE TABLE exercise_help (
    student_id  uuid        NOT NULL,
    exercise_id uuid        NOT NULL,
    hint_level  text        NOT NULL CHECK (hint_level IN ('none', 'nudge', 'where', 'how', 'worked', 'solution')),
    at          timestamptz NOT NULL,
    PRIMARY KEY (student_id, exercise_id)
);
