-- What the teachers of a class let the tutor do in it; a class without a row has no rules.
CREATE TABLE class_rules (
    class_id       uuid        PRIMARY KEY REFERENCES classes ON DELETE CASCADE,
    tutor          boolean     NOT NULL,
    model          boolean     NOT NULL,
    highest_rung   integer     CHECK (highest_rung >= 1),
    messages_a_day integer     CHECK (messages_a_day >= 0),
    not_yet        text[]      NOT NULL,
    wording        text[]      NOT NULL,
    exam_from      timestamptz,
    exam_until     timestamptz,
    changed_at     timestamptz NOT NULL,
    CHECK (exam_from < exam_until)
);
