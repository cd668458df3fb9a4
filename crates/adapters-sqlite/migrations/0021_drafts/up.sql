-- Messages that doctors have begun and not sent, sealed: only their own pages open them.
CREATE TABLE hims_drafts (
    user_id INTEGER NOT NULL,
    mount TEXT NOT NULL,
    room TEXT NOT NULL,
    sealed BLOB NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, mount, room),
    CONSTRAINT hims_drafts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX hims_drafts_user_saved ON hims_drafts (user_id, saved_at);
CREATE INDEX hims_drafts_saved ON hims_drafts (saved_at);
