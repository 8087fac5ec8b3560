-- What a conversation is about, so that "give me an exercise" needs no topic.

CREATE TABLE conversation_topics (
    conversation_id uuid        PRIMARY KEY,
    student_id      uuid        NOT NULL,
    topic           text        NOT NULL,
    seen_at         timestamptz NOT NULL
);
CREATE INDEX conversation_topics_student ON conversation_topics (student_id);
