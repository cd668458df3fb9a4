-- What was brought from another application's chat: which row of ours each of its rows became. Whatever
-- stands here is never brought again.
CREATE TABLE hims_adopted_ids (
    source TEXT NOT NULL,
    part TEXT NOT NULL,
    key TEXT NOT NULL,
    id INTEGER NOT NULL,
    CONSTRAINT hims_adopted_ids_pkey PRIMARY KEY (source, part, key)
) WITHOUT ROWID;

-- What is to be known about its rows; a quarantined one is here and nowhere else.
CREATE TABLE hims_adoption_notes (
    source TEXT NOT NULL,
    part TEXT NOT NULL,
    key TEXT NOT NULL,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    raw TEXT NOT NULL,
    CONSTRAINT hims_adoption_notes_pkey PRIMARY KEY (source, part, key, reason),
    CONSTRAINT hims_adoption_notes_outcome CHECK (outcome IN ('flagged', 'quarantined'))
) WITHOUT ROWID;

-- A message that was brought waits for its place with one below 0, which no reader counts.
CREATE INDEX hims_messages_unsettled ON chat_messages (room_id) WHERE position < 0;
