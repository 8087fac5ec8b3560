-- Inputs on which a hand-in that passed all tests differs from the solution: a teacher says whether they become tests.
CREATE TABLE proposed_tests (
    proposal_id   uuid        PRIMARY KEY,
    bank_id       text        NOT NULL,
    topic         text        NOT NULL,
    title         text        NOT NULL,
    exercise_id   uuid        NOT NULL,
    submission_id uuid        NOT NULL,
    student_id    uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    kind          text        NOT NULL CHECK (kind IN ('call', 'code', 'stdin')),
    source        text        NOT NULL,
    tolerance     double precision,
    expected      text        NOT NULL,
    given         text        NOT NULL,
    status        text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'refused')),
    proposed_at   timestamptz NOT NULL,
    decided_at    timestamptz,
    decided_by    uuid        REFERENCES users ON DELETE SET NULL,
    reason        text,
    UNIQUE (bank_id, kind, source)
);
CREATE INDEX proposed_tests_student ON proposed_tests (student_id);

-- Those that were accepted, which stay when the student whose hand-in showed them is erased.
CREATE TABLE accepted_tests (
    test_id     uuid        PRIMARY KEY,
    bank_id     text        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('call', 'code', 'stdin')),
    source      text        NOT NULL,
    tolerance   double precision,
    accepted_at timestamptz NOT NULL
);
CREATE INDEX accepted_tests_bank ON accepted_tests (bank_id);

-- Hand-ins that passed all tests are compared with the solution on generated inputs, each once.
ALTER TABLE grades ADD COLUMN compared_at timestamptz;
CREATE INDEX grades_not_compared ON grades (created_at) WHERE compared_at IS NULL AND passed = total;
