-- Alerts: what was detected and passed (facts), what teachers did about it, and the alerts derived from all of that.

CREATE TABLE alert_detections (
    detection_id uuid        NOT NULL,
    generation   integer     NOT NULL,
    student_id   uuid        NOT NULL,
    topic        text,
    exercise_id  uuid,
    rule         text        NOT NULL,
    severity     text        NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    occurred_at  timestamptz NOT NULL,
    evidence     jsonb       NOT NULL,
    alert_id     uuid,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (detection_id, generation)
);
CREATE INDEX alert_detections_student ON alert_detections (student_id, generation);

CREATE TABLE alert_passes (
    student_id  uuid        NOT NULL,
    generation  integer     NOT NULL,
    activity_id uuid        NOT NULL,
    topic       text,
    exercise_id uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (student_id, generation, activity_id)
);

-- Done by people, so no event tells of it: a rebuild keeps these rows.
CREATE TABLE alert_actions (
    action_id  uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id uuid        NOT NULL,
    topic      text,
    rule       text        NOT NULL,
    action     text        NOT NULL CHECK (action IN ('acknowledge', 'resolve')),
    teacher_id uuid        NOT NULL,
    at         timestamptz NOT NULL,
    note       text
);
CREATE INDEX alert_actions_student ON alert_actions (student_id);
CREATE INDEX alert_actions_teacher ON alert_actions (teacher_id);

CREATE TABLE alerts (
    alert_id        uuid        NOT NULL,
    generation      integer     NOT NULL,
    student_id      uuid        NOT NULL,
    topic           text,
    exercise_id     uuid,
    rule            text        NOT NULL,
    severity        text        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('open', 'acknowledged', 'resolved')),
    evidence        jsonb       NOT NULL,
    count           integer     NOT NULL,
    first_seen      timestamptz NOT NULL,
    last_seen       timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    resolved_at     timestamptz,
    resolved_by     uuid,
    note            text,
    PRIMARY KEY (alert_id, generation)
);
CREATE INDEX alerts_student ON alerts (student_id, generation, last_seen DESC, alert_id DESC);
CREATE UNIQUE INDEX alerts_one_open ON alerts (student_id, generation, coalesce(topic, ''), rule)
    WHERE status <> 'resolved';

-- Of which detections teachers were told: a rebuild keeps these rows, so that nobody is told again.
CREATE TABLE alert_notices (
    student_id uuid        NOT NULL,
    topic      text,
    rule       text        NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX alert_notices_student ON alert_notices (student_id);

CREATE TABLE notification_preferences (
    teacher_id uuid PRIMARY KEY,
    delivery   text NOT NULL CHECK (delivery IN ('at_once', 'digest'))
);

CREATE TABLE digest_entries (
    teacher_id uuid        NOT NULL,
    alert_id   uuid        NOT NULL,
    student_id uuid        NOT NULL,
    added_at   timestamptz NOT NULL,
    PRIMARY KEY (teacher_id, alert_id)
);
CREATE INDEX digest_entries_student ON digest_entries (student_id);
