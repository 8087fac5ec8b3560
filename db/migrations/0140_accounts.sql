-- Where a session was begun, as a digest: whoever signed in from there before is not locked out by strangers.
ALTER TABLE sessions ADD COLUMN network bytea;
ALTER TABLE sessions DROP CONSTRAINT sessions_ended_by_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_ended_by_check
    CHECK (ended_by IN ('logout', 'reuse', 'user', 'password', 'reset'));

-- One-time codes with which a teacher lets a student choose a new password; the code itself is not kept.
CREATE TABLE password_resets (
    code_hash  bytea       PRIMARY KEY,
    user_id    uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    made_by    uuid        NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (user_id);
CREATE INDEX password_resets_made_by ON password_resets (made_by);

-- Who left a class or was taken out: a roster does not bring them back, the join code does.
CREATE TABLE class_leavers (
    class_id   uuid        NOT NULL REFERENCES classes ON DELETE CASCADE,
    student_id uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    left_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (class_id, student_id)
);
CREATE INDEX class_leavers_student ON class_leavers (student_id);
