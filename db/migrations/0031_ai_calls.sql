-- Every call to a model: what it cost, and its reply, so that a redelivered event does not pay again.

CREATE TABLE ai_calls (
    event_id      text          NOT NULL,
    purpose       text          NOT NULL,
    student_id    uuid          NOT NULL,
    model         text          NOT NULL,
    outcome       text          NOT NULL DEFAULT 'started',
    reply         text,
    input_tokens  integer       NOT NULL DEFAULT 0,
    output_tokens integer       NOT NULL DEFAULT 0,
    cost_usd      numeric(12, 6) NOT NULL DEFAULT 0,
    duration_ms   integer,
    created_at    timestamptz   NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (event_id, purpose)
);
CREATE INDEX ai_calls_student_day ON ai_calls (student_id, created_at);
