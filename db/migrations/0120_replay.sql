-- Replays: how far a rebuild has read, which events were handled only because they came again, and what was done
-- about dead letters.

ALTER TABLE projections ADD COLUMN selection jsonb;

CREATE TABLE rebuild_offsets (
    name         text    NOT NULL,
    topic        text    NOT NULL,
    partition    integer NOT NULL,
    first_offset bigint  NOT NULL,
    next_offset  bigint  NOT NULL,
    end_offset   bigint  NOT NULL,
    left_out     bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (name, topic, partition)
);

ALTER TABLE inbox ADD COLUMN replay text;
CREATE INDEX inbox_replay ON inbox (replay) WHERE replay IS NOT NULL;

-- Only added to: the last row says how a record stands. Offsets begin anew with a new cluster, so the event counts too.
CREATE TABLE dead_letter_actions (
    action_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition    integer     NOT NULL,
    record       bigint      NOT NULL,
    event_source text        NOT NULL,
    event_id     text        NOT NULL,
    action       text        NOT NULL CHECK (action IN ('retried', 'dropped')),
    done_by      text        NOT NULL,
    done_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    note         text
);
CREATE INDEX dead_letter_actions_record ON dead_letter_actions (partition, record);
