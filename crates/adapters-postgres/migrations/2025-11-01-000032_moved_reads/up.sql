-- Until when participants had read when their room moved to the other chat, so that who reads nothing there has the same
-- time afterwards. The other application's own changes of that time are followed here as well. Times of reading are
-- microseconds, as their column may have a zone or not.
CREATE TABLE hims_moved_reads (
    room_id bigint NOT NULL
        CONSTRAINT hims_moved_reads_room_id_foreign REFERENCES chat_rooms (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    read_at bigint,
    position bigint NOT NULL,
    moved_at timestamptz NOT NULL,
    returned_at timestamptz,
    CONSTRAINT hims_moved_reads_pkey PRIMARY KEY (room_id, user_id)
);
