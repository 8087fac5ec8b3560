-- What students would be told of the likeliest mistakes in a teacher's exercise, for its preview.
ALTER TABLE authored_proofs ADD COLUMN mistakes jsonb NOT NULL DEFAULT '[]';
