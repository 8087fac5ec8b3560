-- Variations of one exercise of the bank count less each time, so progress knows which results belong together.
ALTER TABLE exercise_results ADD COLUMN family text;
CREATE INDEX exercise_results_family ON exercise_results (student_id, generation, topic, family)
    WHERE family IS NOT NULL;
