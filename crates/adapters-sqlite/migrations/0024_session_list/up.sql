-- Whoever is signed in sees where, and ends one session by its id. Of the computer only the kind of browser is
-- kept, in a few words.
ALTER TABLE hims_sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE hims_sessions ADD COLUMN device TEXT;
ALTER TABLE hims_sessions ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
-- When a session began that is older than this is not known; its last use is the nearest that is.
UPDATE hims_sessions SET id = lower(hex(randomblob(16))), began_at = used_at;
CREATE UNIQUE INDEX hims_sessions_id ON hims_sessions (id);
