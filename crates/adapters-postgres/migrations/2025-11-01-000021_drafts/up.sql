-- Messages that doctors have begun and not sent, sealed: only their own pages open them.
CREATE TABLE hims_drafts (
    user_id bigint NOT NULL
        CONSTRAINT hims_drafts_user_id_foreign REFERENCES users (id) ON DELETE CASCADE,
    mount text NOT NULL,
    room text NOT NULL,
    sealed bytea NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT hims_drafts_pkey PRIMARY KEY (user_id, mount, room)
);
CREATE INDEX hims_drafts_user_saved_index ON hims_drafts (user_id, saved_at);
CREATE INDEX hims_drafts_saved_index ON hims_drafts (saved_at);
