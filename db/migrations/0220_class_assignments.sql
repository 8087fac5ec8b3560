-- What a class is given to do until a date, and what each student has of it.
CREATE TABLE class_assignments (
    assignment_id uuid             PRIMARY KEY,
    class_id      uuid             NOT NULL REFERENCES classes ON DELETE CASCADE,
    teacher_id    uuid             NOT NULL,
    title         text             NOT NULL,
    exercise_id   uuid,
    quiz_id       uuid,
    topic         text             NOT NULL,
    difficulty    text,
    concept       text,
    chosen        boolean          NOT NULL,
    opens         timestamptz,
    due           timestamptz,
    late          boolean          NOT NULL DEFAULT false,
    percent_a_day double precision NOT NULL DEFAULT 0 CHECK (percent_a_day BETWEEN 0 AND 100),
    late_until    timestamptz,
    attempts      integer          CHECK (attempts >= 1),
    hints         boolean          NOT NULL DEFAULT true,
    show_score    boolean          NOT NULL DEFAULT true,
    created_at    timestamptz      NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX class_assignments_class ON class_assignments (class_id, created_at DESC, assignment_id);
CREATE INDEX class_assignments_exercise ON class_assignments (exercise_id) WHERE exercise_id IS NOT NULL;

-- A row per student who was chosen, has got it, or has more time; students who join later get theirs when they look.
CREATE TABLE assigned_students (
    assignment_id uuid        NOT NULL REFERENCES class_assignments ON DELETE CASCADE,
    student_id    uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    exercise_id   uuid,
    quiz_id       uuid,
    due           timestamptz,
    PRIMARY KEY (assignment_id, student_id)
);
CREATE INDEX assigned_students_student ON assigned_students (student_id);
CREATE INDEX assigned_students_exercise ON assigned_students (exercise_id) WHERE exercise_id IS NOT NULL;
CREATE INDEX assigned_students_quiz ON assigned_students (quiz_id) WHERE quiz_id IS NOT NULL;
