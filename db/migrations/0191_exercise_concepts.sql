-- What an exercise practises, and what is said when it is not on the concept that was wished for.
ALTER TABLE exercises ADD COLUMN concepts text[] NOT NULL DEFAULT '{}';
ALTER TABLE exercises ADD COLUMN note text;
