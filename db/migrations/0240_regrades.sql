-- Grading again: who asked for it, how far it is for each student, and the grades that were replaced.
CREATE TABLE regrades (
    regrade_id  uuid        PRIMARY KEY,
    teacher_id  uuid        REFERENCES users ON DELETE SET NULL,
    exercise_id uuid        NOT NULL,
    dry_run     boolean     NOT NULL,
    reason      text        NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX regrades_teacher ON regrades (teacher_id);

-- What differs for a student: mastery and alerts, once it is found out.
CREATE TABLE regraded_students (
    regrade_id  uuid    NOT NULL REFERENCES regrades ON DELETE CASCADE,
    student_id  uuid    NOT NULL REFERENCES users ON DELETE CASCADE,
    status      text    NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'failed')),
    submissions integer NOT NULL DEFAULT 0,
    mastery     jsonb   NOT NULL DEFAULT '[]',
    alerts      jsonb   NOT NULL DEFAULT '[]',
    PRIMARY KEY (regrade_id, student_id)
);
CREATE INDEX regraded_students_student ON regraded_students (student_id);

-- Grades that differ, as they were and as they are: unless it was a dry run, the old ones stay here for good.
CREATE TABLE regraded_submissions (
    regrade_id    uuid  NOT NULL REFERENCES regrades ON DELETE CASCADE,
    submission_id uuid  NOT NULL,
    student_id    uuid  NOT NULL REFERENCES users ON DELETE CASCADE,
    exercise_id   uuid  NOT NULL,
    before        jsonb NOT NULL,
    after         jsonb NOT NULL,
    PRIMARY KEY (regrade_id, submission_id)
);
CREATE INDEX regraded_submissions_submission ON regraded_submissions (submission_id);
CREATE INDEX regraded_submissions_student ON regraded_submissions (student_id);

-- What a later grading took the place of is found by this.
CREATE INDEX activities_regraded ON activities (student_id, generation) WHERE detail ? 'regraded_at';

-- Detections and passes that hold no longer, or again, per generation; the last correction of each counts.
CREATE TABLE alert_corrections (
    correction_id uuid        NOT NULL,
    fact_id       uuid        NOT NULL,
    generation    integer     NOT NULL,
    student_id    uuid        NOT NULL,
    withdrawn     boolean     NOT NULL,
    occurred_at   timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (correction_id, fact_id, generation)
);
CREATE INDEX alert_corrections_student ON alert_corrections (student_id, generation);
CREATE INDEX alert_corrections_recorded ON alert_corrections USING brin (recorded_at);

-- All variations of one exercise of the bank are graded again together.
CREATE INDEX exercises_bank ON exercises (bank_id);
