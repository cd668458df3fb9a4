-- The tables may be the hospital's own, with its records in them: nothing is dropped.
SELECT 1;
