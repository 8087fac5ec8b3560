-- Who teaches a class beside its owner, classes that are put away, and joining that is closed.
ALTER TABLE classes ADD COLUMN archived_at timestamptz;
ALTER TABLE classes ADD COLUMN joining boolean NOT NULL DEFAULT true;

CREATE TABLE class_teachers (
    class_id   uuid        NOT NULL REFERENCES classes ON DELETE CASCADE,
    teacher_id uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    role       text        NOT NULL CHECK (role IN ('teacher', 'assistant')),
    added_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (class_id, teacher_id)
);
CREATE INDEX class_teachers_teacher ON class_teachers (teacher_id);

-- All who see a class; `class_leads` are those of them who decide things and hear of alerts.
CREATE VIEW class_staff AS
SELECT class_id, teacher_id, 'owner' AS role, name, join_code, created_at, archived_at, joining FROM classes
UNION ALL
SELECT c.class_id, t.teacher_id, t.role, c.name, c.join_code, c.created_at, c.archived_at, c.joining
  FROM class_teachers t JOIN classes c USING (class_id);
CREATE VIEW class_leads AS SELECT * FROM class_staff WHERE role <> 'assistant';
