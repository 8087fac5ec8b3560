-- What teachers say about code that was handed in: comments, and scores that count instead of the computed one.
CREATE TABLE submission_comments (
    comment_id    uuid        PRIMARY KEY,
    submission_id uuid        NOT NULL REFERENCES submissions ON DELETE CASCADE,
    student_id    uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    teacher_id    uuid        NOT NULL,
    text          text        NOT NULL,
    line          integer     CHECK (line >= 1),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX submission_comments_submission ON submission_comments (submission_id, created_at);
CREATE INDEX submission_comments_student ON submission_comments (student_id);

-- The last one of a submission counts; earlier ones stay, so that a change of mind can be told.
CREATE TABLE score_overrides (
    override_id   bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id uuid             NOT NULL REFERENCES submissions ON DELETE CASCADE,
    student_id    uuid             NOT NULL REFERENCES users ON DELETE CASCADE,
    teacher_id    uuid             NOT NULL,
    exercise_id   uuid,
    score         double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    reason        text             NOT NULL,
    created_at    timestamptz      NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX score_overrides_submission ON score_overrides (submission_id, override_id DESC);
CREATE INDEX score_overrides_exercise ON score_overrides (student_id, exercise_id, override_id DESC);
