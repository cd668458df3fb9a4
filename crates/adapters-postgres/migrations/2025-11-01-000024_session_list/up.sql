-- Whoever is signed in sees where, and ends one session by its id. Of the computer only the kind of browser is
-- kept, in a few words. The defaults are for an instance of the version before, which may go on beginning
-- sessions until it is replaced.
ALTER TABLE hims_sessions
    ADD COLUMN id text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
    ADD COLUMN device text,
    ADD COLUMN began_at timestamptz NOT NULL DEFAULT now();
-- When a session began that is older than this is not known; its last use is the nearest that is.
UPDATE hims_sessions SET began_at = used_at;
CREATE UNIQUE INDEX hims_sessions_id_index ON hims_sessions (id);
