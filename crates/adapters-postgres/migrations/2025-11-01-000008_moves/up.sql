-- Rooms that are on Stream too: where the conversation lives, and up to which last_position Stream has it.
ALTER TABLE hims_links
    ADD COLUMN state text NOT NULL DEFAULT 'copying'
        CONSTRAINT hims_links_state_check CHECK (state IN ('copying', 'moved', 'returned')),
    ADD COLUMN carried bigint NOT NULL DEFAULT 0;

-- A room that moved is as good as not there for doctors; its rows stay, and the other application's too.
ALTER TABLE chat_rooms
    ADD COLUMN moved_at timestamptz,
    -- Until then nothing new happens in the room, for it is being switched.
    ADD COLUMN hold_until timestamptz;
CREATE INDEX hims_rooms_moved ON chat_rooms (moved_at) WHERE moved_at IS NOT NULL;
