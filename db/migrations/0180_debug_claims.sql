-- What a student told of a result, so that the next version of the program is held against it too.

ALTER TABLE debug_cases
    ADD COLUMN call  text,
    ADD COLUMN given text;
