-- What the doctor chat adds. Every column is nullable or defaulted, so that the other application
-- goes on writing its own columns as before.

-- Times cross the border of the database as microseconds since 1970-01-01 UTC. A Laravel time has
-- no zone and is UTC.
CREATE FUNCTION hims_micros(timestamp) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM $1) * 1000000)::bigint $$;
CREATE FUNCTION hims_micros(timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM $1) * 1000000)::bigint $$;
CREATE FUNCTION hims_time(bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT timestamptz 'epoch' + $1 * interval '1 microsecond' $$;
-- The same moment as a Laravel column holds it: UTC, whole seconds, never in the future.
CREATE FUNCTION hims_laravel(timestamptz) RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT date_trunc('second', $1 AT TIME ZONE 'UTC') $$;

ALTER TABLE patients
    ADD COLUMN patient_ref text CONSTRAINT patients_patient_ref_unique UNIQUE;

-- last_position counts every durable event of the room: messages, their changes, participants. It
-- is bumped under the row's lock, held to commit, so a reader of what comes after never misses one.
-- active_at orders lists of rooms; changed_at is when last_position moved. Neither is indexed, so
-- that the bump stays a cheap in-page (HOT) update.
ALTER TABLE chat_rooms
    ADD COLUMN last_position bigint NOT NULL DEFAULT 0,
    ADD COLUMN active_at timestamptz,
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN direct_key text CONSTRAINT chat_rooms_direct_key_unique UNIQUE;
CREATE INDEX hims_rooms_patient ON chat_rooms (patient_id);

-- position is the message's place in the room, null until a row of another application is adopted;
-- changed_position is the place of its newest change.
ALTER TABLE chat_messages
    ADD COLUMN position bigint,
    ADD COLUMN changed_position bigint,
    ADD COLUMN client_id text,
    ADD COLUMN urgency text NOT NULL DEFAULT 'routine',
    ADD COLUMN sent_at timestamptz,
    ADD COLUMN edited_at timestamptz,
    ADD COLUMN recalled_at timestamptz;
CREATE UNIQUE INDEX chat_messages_room_id_position_unique ON chat_messages (room_id, position);
CREATE UNIQUE INDEX chat_messages_room_id_user_id_client_id_unique
    ON chat_messages (room_id, user_id, client_id) WHERE client_id IS NOT NULL;
-- Almost every message is never changed, so the index of changes stays small.
CREATE INDEX chat_messages_changed_index
    ON chat_messages (room_id, changed_position) WHERE changed_position <> position;
CREATE INDEX chat_messages_to_adopt_index ON chat_messages (id) WHERE position IS NULL;
CREATE INDEX chat_messages_urgent_index ON chat_messages (room_id) WHERE urgency = 'urgent';

ALTER TABLE chat_participants
    ADD COLUMN read_position bigint,
    ADD COLUMN delivered_position bigint,
    ADD COLUMN changed_position bigint NOT NULL DEFAULT 0;
CREATE INDEX hims_participants_user ON chat_participants (user_id, room_id);
CREATE INDEX hims_participants_room ON chat_participants (room_id, user_id);

CREATE INDEX hims_users_email ON users (lower(email));

-- One room a patient. A table of its own, as the HIMS may hold several old ones.
CREATE TABLE hims_patient_rooms (
    patient_id bigint CONSTRAINT hims_patient_rooms_pkey PRIMARY KEY
        CONSTRAINT hims_patient_rooms_patient_id_foreign REFERENCES patients (id) ON DELETE CASCADE,
    room_id bigint NOT NULL CONSTRAINT hims_patient_rooms_room_id_unique UNIQUE
        CONSTRAINT hims_patient_rooms_room_id_foreign REFERENCES chat_rooms (id) ON DELETE CASCADE
);

-- The steps of delivered and read marks. No foreign key: it would lock the room's row for every
-- mark, which is the row that every post bumps.
CREATE TABLE chat_receipts (
    room_id bigint NOT NULL,
    user_id bigint NOT NULL,
    kind text NOT NULL CONSTRAINT chat_receipts_kind_check CHECK (kind IN ('delivered', 'read')),
    position bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT chat_receipts_pkey PRIMARY KEY (room_id, user_id, kind, position)
);

CREATE TABLE chat_acknowledgements (
    message_id bigint NOT NULL
        CONSTRAINT chat_acknowledgements_message_id_foreign REFERENCES chat_messages (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT chat_acknowledgements_pkey PRIMARY KEY (message_id, user_id)
);

CREATE TABLE chat_message_versions (
    message_id bigint NOT NULL
        CONSTRAINT chat_message_versions_message_id_foreign REFERENCES chat_messages (id) ON DELETE CASCADE,
    version integer NOT NULL,
    text text,
    replaced_at timestamptz NOT NULL,
    CONSTRAINT chat_message_versions_pkey PRIMARY KEY (message_id, version)
);

CREATE TABLE chat_attachments (
    id bigserial CONSTRAINT chat_attachments_pkey PRIMARY KEY,
    room_id bigint NOT NULL
        CONSTRAINT chat_attachments_room_id_foreign REFERENCES chat_rooms (id) ON DELETE CASCADE,
    user_id bigint NOT NULL
        CONSTRAINT chat_attachments_user_id_foreign REFERENCES users (id),
    message_id bigint
        CONSTRAINT chat_attachments_message_id_foreign REFERENCES chat_messages (id) ON DELETE CASCADE,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_attachments_message_id_index ON chat_attachments (message_id);

CREATE TABLE hims_sessions (
    key text CONSTRAINT hims_sessions_pkey PRIMARY KEY,
    user_id bigint NOT NULL
        CONSTRAINT hims_sessions_user_id_foreign REFERENCES users (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX hims_sessions_user_id_index ON hims_sessions (user_id);

-- Nothing refers to what an entry speaks of: the record outlives it.
CREATE TABLE hims_audit (
    id bigserial CONSTRAINT hims_audit_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL,
    room_id text,
    subject text,
    decision text NOT NULL CONSTRAINT hims_audit_decision_check CHECK (decision IN ('allowed', 'denied')),
    reason text
);

CREATE TABLE hims_settings (
    name text CONSTRAINT hims_settings_pkey PRIMARY KEY,
    value text NOT NULL
);

-- A doctor is online while an instance says so, and repeats it.
CREATE TABLE hims_presence (
    user_id bigint NOT NULL
        CONSTRAINT hims_presence_user_id_foreign REFERENCES users (id) ON DELETE CASCADE,
    instance text NOT NULL,
    online boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT hims_presence_pkey PRIMARY KEY (user_id, instance)
);

CREATE TABLE hims_links (
    legacy_room text CONSTRAINT hims_links_pkey PRIMARY KEY,
    stream_room text NOT NULL CONSTRAINT hims_links_stream_room_unique UNIQUE
);
