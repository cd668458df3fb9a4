-- The fold of 0005_search again, and nothing that was made by the newer one.
DROP INDEX IF EXISTS hims_messages_words;
DROP INDEX IF EXISTS hims_reasons_words;
DROP INDEX IF EXISTS hims_files_words;

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
    EXECUTE format('CREATE OR REPLACE FUNCTION hims_fold(text) RETURNS text LANGUAGE plpgsql
        IMMUTABLE STRICT PARALLEL SAFE COST 500 AS %L', 'BEGIN RETURN ' || folded || '; END');
END $do$;

UPDATE patients SET name_folded = NULL WHERE name ~ '[^ -~]';
