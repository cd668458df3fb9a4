-- Nothing is dropped: these tables may be the hospital's own, with its records in them.
SELECT 1;
