-- What a review found; the number follows from the findings.

CREATE TABLE reviews (
    submission_id uuid        PRIMARY KEY,
    student_id    uuid        NOT NULL,
    quality       numeric     NOT NULL CHECK (quality BETWEEN 0 AND 100),
    rated         boolean     NOT NULL,
    summary       text        NOT NULL,
    findings      jsonb       NOT NULL,
    dimensions    jsonb       NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL
);
CREATE INDEX reviews_student ON reviews (student_id, created_at DESC);
