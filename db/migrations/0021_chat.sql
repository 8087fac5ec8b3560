-- What students ask and hand in.

CREATE TABLE conversations (
    conversation_id uuid        PRIMARY KEY,
    student_id      uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    title           text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_message_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX conversations_newest ON conversations (student_id, last_message_at DESC, conversation_id DESC);

CREATE TABLE messages (
    message_id      uuid        PRIMARY KEY,
    conversation_id uuid        NOT NULL REFERENCES conversations ON DELETE CASCADE,
    student_id      uuid        NOT NULL,
    text            text        NOT NULL,
    code            text,
    error           text,
    topic           text,
    status          text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'answered', 'failed')),
    answer          jsonb,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at     timestamptz
);
CREATE INDEX messages_newest ON messages (conversation_id, created_at DESC, message_id DESC);
CREATE INDEX messages_student ON messages (student_id);

CREATE TABLE submissions (
    submission_id uuid        PRIMARY KEY,
    student_id    uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    exercise_id   uuid,
    code          text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX submissions_newest ON submissions (student_id, created_at DESC, submission_id DESC);
