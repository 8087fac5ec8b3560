-- The ladder of hints of each fault, and the errors that students met.

CREATE TABLE debug_cases (
    student_id    uuid        NOT NULL,
    place_id      uuid        NOT NULL,
    fingerprint   text        NOT NULL,
    error_type    text,
    error_message text,
    error_line    integer,
    code          text,
    seen_at       timestamptz NOT NULL,
    PRIMARY KEY (student_id, place_id, fingerprint)
);
CREATE INDEX debug_cases_latest ON debug_cases (student_id, place_id, seen_at DESC);

CREATE TABLE debug_hints (
    message_id  uuid        PRIMARY KEY,
    student_id  uuid        NOT NULL,
    place_id    uuid        NOT NULL,
    fingerprint text        NOT NULL,
    tier        text        NOT NULL CHECK (tier IN ('nudge', 'where', 'how', 'worked', 'solution')),
    code_hash   text        NOT NULL,
    shown_at    timestamptz NOT NULL
);
CREATE INDEX debug_hints_case ON debug_hints (student_id, place_id, fingerprint, shown_at);

CREATE TABLE error_sightings (
    sighting_id uuid        PRIMARY KEY,
    student_id  uuid        NOT NULL,
    fingerprint text        NOT NULL,
    seen_at     timestamptz NOT NULL,
    summary     text        NOT NULL,
    excerpt     text,
    ref         text
);
CREATE INDEX error_sightings_same ON error_sightings (student_id, fingerprint, seen_at);
