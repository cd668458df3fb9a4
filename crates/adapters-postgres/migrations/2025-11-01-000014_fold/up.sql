-- The fold takes more for the same: letters by keyboard, digits of every script, quotes, dashes and
-- white space. The rules are those of the domain's fold, letter for letter; see 0005_search for why they
-- are written out here.
--
-- The indexes hold what the old fold made of every message, so they go here and are made again at start,
-- by search_index.rs.
DROP INDEX IF EXISTS hims_messages_words;
DROP INDEX IF EXISTS hims_reasons_words;
DROP INDEX IF EXISTS hims_files_words;

DO $do$
DECLARE
    icu text := '';
    -- The zeros of the scripts that have digits of their own, and a class of all their digits.
    zeros int[] := ARRAY[1632, 1776, 1984, 2406, 2534, 2662, 2790, 2918, 3046, 3174, 3302, 3430, 3558, 3664, 3792, 3872,
        4160, 4240, 6112, 6160, 6470, 6608, 6784, 6800, 6992, 7088, 7232, 7248, 42528, 43216, 43264, 43472,
        43504, 43600, 44016, 66720, 68912, 69734, 69872, 69942, 70096, 70384, 70736, 70864, 71248, 71360,
        71472, 71904, 72016, 72784, 73040, 73120, 92768, 92864, 93008, 123200, 123632, 125264];
    digits text;
    body text := 'BEGIN RETURN lower($1); END';
BEGIN
    IF getdatabaseencoding() = 'UTF8' THEN
        IF EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collname = 'und-x-icu') THEN
            icu := ' COLLATE pg_catalog."und-x-icu"';
        END IF;
        digits := (SELECT '[' || string_agg(chr(zero) || '-' || chr(zero + 9), '') || ']' FROM unnest(zeros) AS zero);
        body := $f$
DECLARE
    folded text;
    others text;
    plain text;
BEGIN
    -- Most texts lack lower case only.
    IF octet_length($1) = length($1) AND $1 !~ '[\u0001-\u001f`\u007f]|  ' THEN
        RETURN lower($1 COLLATE "C");
    END IF;
    folded := translate(regexp_replace(regexp_replace(
        lower(normalize(translate($1, '´″‶', '''""'), NFKD)@ICU@),
        '[\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U00013441\U00013442\U000e0000-\U000e0fff]',
        '', 'g'),
        '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{2,}|[\u0009-\u000d\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', ' ', 'g'),
        'øđðłħŧıςىیٱکڪہھەةۃ‘’‚‛ʹʻʼʽ′‵`‹›׳“”„‟«»״〝〞〟‐‒–—―−⁃־⸺⸻٫۔·∙⋅٬،؛؟٪⁄∕〜',
        'oddlhtiσيياككههههه''''''''''''''''''''''''''''""""""""""----------.....,,;?%//~');
    -- A text holds few digits of other scripts, and translating all there are would cost more than all else.
    IF folded ~ '@DIGITS@' THEN
        SELECT string_agg(chr(code), '' ORDER BY code), string_agg(chr(code - zero + 48), '' ORDER BY code)
            INTO others, plain
            FROM (SELECT DISTINCT ascii(hit[1]) AS code FROM regexp_matches(folded, '@DIGITS@', 'g') AS hit) AS written
            CROSS JOIN LATERAL (SELECT max(z) AS zero FROM unnest(ARRAY[@ZEROS@]) AS z WHERE z <= code) AS its;
        folded := translate(folded, others, plain);
    END IF;
    RETURN normalize(replace(replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), NFKC);
END $f$;
        body := replace(replace(replace(body, '@ICU@', icu), '@DIGITS@', digits), '@ZEROS@', array_to_string(zeros, ', '));
    END IF;
    EXECUTE format('CREATE OR REPLACE FUNCTION hims_fold(text) RETURNS text LANGUAGE plpgsql
        IMMUTABLE STRICT PARALLEL SAFE COST 500 AS %L', body);
END $do$;

-- Names in other scripts are made again by whoever looks for one next.
UPDATE patients SET name_folded = NULL WHERE name ~ '[^ -~]';
