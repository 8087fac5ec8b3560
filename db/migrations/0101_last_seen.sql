-- When a user was here last, to the minute; teachers see it.

ALTER TABLE users ADD COLUMN last_seen_at timestamptz;
