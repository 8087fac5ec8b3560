-- Whose event it was, so that nothing of a student outlasts their erasure.

ALTER TABLE inbox ADD COLUMN subject uuid;
CREATE INDEX inbox_subject ON inbox (subject);
CREATE INDEX outbox_subject ON outbox ((attributes ->> 'subject'));

-- What teachers were told of a student is few among all that streams carry.
CREATE INDEX stream_events_alerts ON stream_events (created_at) WHERE kind = 'alert';
