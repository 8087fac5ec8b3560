-- What a case needs to be taken up again: the fault that was found, the result that was expected and the one
-- that came instead, and the line that a pasted error quoted.

ALTER TABLE debug_cases
    ADD COLUMN fault    text,
    ADD COLUMN expected text,
    ADD COLUMN got      text,
    ADD COLUMN quoted   text;
