-- Who a teacher expects in a class, until they sign up with that e-mail address.

CREATE TABLE roster_entries (
    class_id   uuid        NOT NULL REFERENCES classes ON DELETE CASCADE,
    email      text        NOT NULL CHECK (email = lower(email)),
    name       text,
    invited_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (class_id, email)
);
CREATE INDEX roster_entries_email ON roster_entries (email);
