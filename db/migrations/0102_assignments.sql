-- Exercises that a teacher gave to a student.

CREATE TABLE assignments (
    exercise_id uuid        PRIMARY KEY REFERENCES exercises ON DELETE CASCADE,
    student_id  uuid        NOT NULL,
    teacher_id  uuid        NOT NULL,
    note        text,
    assigned_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX assignments_student ON assignments (student_id);
CREATE INDEX assignments_teacher ON assignments (teacher_id);
