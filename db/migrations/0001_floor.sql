-- What every function stands on: the inbox, the outbox and the users' streams.

CREATE TABLE inbox (
    consumer       text        NOT NULL,
    source         text        NOT NULL,
    id             text        NOT NULL,
    type           text        NOT NULL,
    correlation_id text        NOT NULL,
    received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until    timestamptz NOT NULL,
    attempts       integer     NOT NULL DEFAULT 1,
    deferrals      integer     NOT NULL DEFAULT 0,
    done_at        timestamptz,
    outcome        text        CHECK (outcome IN ('handled', 'dead')),
    last_error     text,
    PRIMARY KEY (consumer, source, id)
);
CREATE INDEX inbox_correlation ON inbox (correlation_id);
CREATE INDEX inbox_done ON inbox (done_at);

CREATE TABLE outbox (
    seq             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    producer        text        NOT NULL,
    cause_source    text,
    cause_id        text,
    event_id        text        NOT NULL,
    type            text        NOT NULL,
    topic           text        NOT NULL,
    correlation_id  text,
    attributes      jsonb       NOT NULL,
    data            bytea       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '10 seconds',
    attempts        integer     NOT NULL DEFAULT 0,
    published_at    timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (next_attempt_at) WHERE published_at IS NULL;
CREATE INDEX outbox_cause ON outbox (producer, cause_source, cause_id) WHERE published_at IS NULL;
CREATE INDEX outbox_correlation ON outbox (correlation_id);
CREATE INDEX outbox_published ON outbox (published_at);

CREATE TABLE user_streams (
    user_id  uuid   PRIMARY KEY,
    last_seq bigint NOT NULL
);

CREATE TABLE stream_events (
    user_id    uuid        NOT NULL,
    seq        bigint      NOT NULL,
    kind       text        NOT NULL,
    data       jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, seq)
);
CREATE INDEX stream_events_created ON stream_events (created_at);
