-- What was brought from another application's chat: which row of ours each of its rows became. Whatever
-- stands here is never brought again.
CREATE TABLE hims_adopted_ids (
    source text NOT NULL,
    part text NOT NULL,
    key text NOT NULL,
    id bigint NOT NULL,
    CONSTRAINT hims_adopted_ids_pkey PRIMARY KEY (source, part, key)
);

-- What is to be known about its rows; a quarantined one is here and nowhere else.
CREATE TABLE hims_adoption_notes (
    source text NOT NULL,
    part text NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    outcome text NOT NULL
        CONSTRAINT hims_adoption_notes_outcome_check CHECK (outcome IN ('flagged', 'quarantined')),
    raw text NOT NULL,
    CONSTRAINT hims_adoption_notes_pkey PRIMARY KEY (source, part, key, reason)
);

-- A message that was brought waits for its place with one below 0, which no reader counts.
CREATE INDEX hims_messages_unsettled ON chat_messages (room_id) WHERE position < 0;
