-- A run and the question about it are one error: what was asked is told from what ran, and exercises are kept apart.
ALTER TABLE error_sightings ADD COLUMN exercise_id uuid, ADD COLUMN asked boolean NOT NULL DEFAULT false;
