-- What could not be graded or reviewed, so that nobody waits for it.

CREATE TABLE submission_failures (
    submission_id uuid        NOT NULL,
    agent         text        NOT NULL,
    student_id    uuid        NOT NULL,
    text          text        NOT NULL,
    failed_at     timestamptz NOT NULL,
    PRIMARY KEY (submission_id, agent)
);
CREATE INDEX submission_failures_student ON submission_failures (student_id);
