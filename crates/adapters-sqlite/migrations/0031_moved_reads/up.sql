-- Until when participants had read when their room moved to the other chat, so that who reads nothing there has the same
-- time afterwards. The other application's own changes of that time are followed here as well.
CREATE TABLE hims_moved_reads (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    read_at INTEGER,
    position INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    returned_at INTEGER,
    CONSTRAINT hims_moved_reads_pkey PRIMARY KEY (room_id, user_id),
    CONSTRAINT hims_moved_reads_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE
) WITHOUT ROWID;
