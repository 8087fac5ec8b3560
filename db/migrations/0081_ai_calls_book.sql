-- Which prompt a call was made with, and which class pays for it.

ALTER TABLE ai_calls ADD COLUMN prompt_version text;
ALTER TABLE ai_calls ADD COLUMN class_id uuid;
CREATE INDEX ai_calls_class_day ON ai_calls (class_id, created_at) WHERE class_id IS NOT NULL;
