-- Classes, quizzes, and who looked at whom.

CREATE TABLE classes (
    class_id   uuid        PRIMARY KEY,
    teacher_id uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    name       text        NOT NULL,
    join_code  text        NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX classes_teacher ON classes (teacher_id, created_at DESC);

CREATE TABLE class_members (
    class_id   uuid        NOT NULL REFERENCES classes ON DELETE CASCADE,
    student_id uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    joined_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (class_id, student_id)
);
CREATE INDEX class_members_student ON class_members (student_id);

-- `questions` is what was asked, by id and seed; the right answers never leave the server before `graded_at`.
CREATE TABLE quizzes (
    quiz_id    uuid        PRIMARY KEY,
    student_id uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    topic      text        NOT NULL,
    seed       bigint      NOT NULL,
    questions  jsonb       NOT NULL,
    answers    jsonb,
    result     jsonb,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    graded_at  timestamptz
);
CREATE INDEX quizzes_student ON quizzes (student_id, topic, created_at DESC);

CREATE TABLE student_views (
    view_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    viewer_id  uuid        NOT NULL,
    student_id uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    what       text        NOT NULL,
    request_id text        NOT NULL,
    viewed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX student_views_student ON student_views (student_id, viewed_at DESC);
CREATE INDEX student_views_viewer ON student_views (viewer_id);
