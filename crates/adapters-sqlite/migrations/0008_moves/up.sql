-- Rooms that are on Stream too: where the conversation lives, and up to which last_position Stream has it.
ALTER TABLE hims_links ADD COLUMN state TEXT NOT NULL DEFAULT 'copying';
ALTER TABLE hims_links ADD COLUMN carried INTEGER NOT NULL DEFAULT 0;

-- A room that moved is as good as not there for doctors; its rows stay, and the other application's too.
ALTER TABLE chat_rooms ADD COLUMN moved_at INTEGER;
-- Until then nothing new happens in the room, for it is being switched.
ALTER TABLE chat_rooms ADD COLUMN hold_until INTEGER;
