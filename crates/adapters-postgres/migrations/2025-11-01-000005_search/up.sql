-- A text without differences of case, accents and ways to write the same letter: the rules of the
-- domain's fold, letter for letter. Not the extension unaccent: its rules are a file that an
-- administrator may change, so an index over them could come to be wrong, and a search would find
-- other messages where the extension is missing. normalize() is built in and immutable.
--
-- It is part of an index on the table that the other application writes, so it must never fail: a
-- database that does not hold UTF-8 knows no normalize() and gets lower case only. ICU knows the case
-- of every script, whatever locale the database has.
DO $do$
DECLARE
    icu text := '';
    folded text := 'lower($1)';
BEGIN
    IF getdatabaseencoding() = 'UTF8' THEN
        IF EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collname = 'und-x-icu') THEN
            icu := ' COLLATE pg_catalog."und-x-icu"';
        END IF;
        folded := format($f$
            normalize(replace(replace(replace(replace(translate(regexp_replace(
                lower(normalize($1, NFKD)%s),
                '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u2060\ufeff]',
                '', 'g'),
                'øđðłħŧıς‘’ʼ‐‒–—−', 'oddlhtiσ''''''-----'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), NFKC)
        $f$, icu);
    END IF;
    -- Its cost is what it is, so that the planner prefers the index to calling it for every message.
    EXECUTE format('CREATE FUNCTION hims_fold(text) RETURNS text LANGUAGE plpgsql
        IMMUTABLE STRICT PARALLEL SAFE COST 500 AS %L', 'BEGIN RETURN ' || folded || '; END');
END $do$;

-- The index of it is made at start, by search_index.rs: it needs the extension pg_trgm, which may come
-- to a database later than this.
