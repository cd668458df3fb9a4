-- What the doctor chat adds. Every column is nullable or has a default, so that the other
-- application goes on reading and writing its tables without knowing of it.
-- Times of ours are microseconds since 1970-01-01 UTC.

ALTER TABLE patients ADD COLUMN patient_ref TEXT;
CREATE UNIQUE INDEX hims_patients_patient_ref ON patients (patient_ref);

-- One counter per room for everything that happens in it: the order that readers rely on.
ALTER TABLE chat_rooms ADD COLUMN last_position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_rooms ADD COLUMN active_at INTEGER;
-- "lower id:higher id" of the two doctors of a direct room.
ALTER TABLE chat_rooms ADD COLUMN direct_key TEXT;
CREATE UNIQUE INDEX hims_rooms_direct_key ON chat_rooms (direct_key);
CREATE INDEX hims_rooms_patient ON chat_rooms (patient_id);

-- A row without a position was written by the other application and is about to be adopted.
ALTER TABLE chat_messages ADD COLUMN position INTEGER;
ALTER TABLE chat_messages ADD COLUMN changed_position INTEGER;
ALTER TABLE chat_messages ADD COLUMN client_id TEXT;
ALTER TABLE chat_messages ADD COLUMN urgency TEXT NOT NULL DEFAULT 'routine';
ALTER TABLE chat_messages ADD COLUMN sent_at INTEGER;
ALTER TABLE chat_messages ADD COLUMN edited_at INTEGER;
ALTER TABLE chat_messages ADD COLUMN recalled_at INTEGER;
CREATE UNIQUE INDEX hims_messages_position ON chat_messages (room_id, position);
CREATE UNIQUE INDEX hims_messages_client_id ON chat_messages (room_id, user_id, client_id)
    WHERE client_id IS NOT NULL;
CREATE INDEX hims_messages_changed ON chat_messages (room_id, changed_position);
CREATE INDEX hims_messages_unadopted ON chat_messages (id) WHERE position IS NULL;
CREATE INDEX hims_messages_urgent ON chat_messages (room_id) WHERE urgency = 'urgent';

ALTER TABLE chat_participants ADD COLUMN read_position INTEGER;
ALTER TABLE chat_participants ADD COLUMN delivered_position INTEGER;
ALTER TABLE chat_participants ADD COLUMN changed_position INTEGER NOT NULL DEFAULT 0;
CREATE INDEX hims_participants_user ON chat_participants (user_id, room_id);
CREATE INDEX hims_participants_room ON chat_participants (room_id, user_id);

CREATE INDEX hims_users_email ON users (lower(email));

-- The one room of a patient; a Laravel database may hold several, of which the oldest is it.
CREATE TABLE hims_patient_rooms (
    patient_id INTEGER PRIMARY KEY NOT NULL,
    room_id INTEGER NOT NULL,
    CONSTRAINT hims_patient_rooms_patient FOREIGN KEY (patient_id) REFERENCES patients (id) ON DELETE CASCADE,
    CONSTRAINT hims_patient_rooms_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE
);
CREATE INDEX hims_patient_rooms_room ON hims_patient_rooms (room_id);

-- A row whenever a mark moves, not one a message: "from then on everything up to position".
CREATE TABLE chat_receipts (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT chat_receipts_pkey PRIMARY KEY (room_id, user_id, kind, position),
    CONSTRAINT chat_receipts_kind CHECK (kind IN ('delivered', 'read')),
    CONSTRAINT chat_receipts_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE chat_acknowledgements (
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT chat_acknowledgements_pkey PRIMARY KEY (message_id, user_id),
    CONSTRAINT chat_acknowledgements_message FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE chat_message_versions (
    message_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    text TEXT,
    replaced_at INTEGER NOT NULL,
    CONSTRAINT chat_message_versions_pkey PRIMARY KEY (message_id, version),
    CONSTRAINT chat_message_versions_message FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE chat_attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    message_id INTEGER,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT chat_attachments_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE,
    CONSTRAINT chat_attachments_message FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE
);
CREATE INDEX chat_attachments_message ON chat_attachments (message_id);
CREATE INDEX chat_attachments_room ON chat_attachments (room_id);

CREATE TABLE hims_sessions (
    key TEXT PRIMARY KEY NOT NULL,
    user_id INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT hims_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX hims_sessions_user ON hims_sessions (user_id);

CREATE TABLE hims_audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    room_id TEXT,
    subject TEXT,
    decision TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT hims_audit_decision CHECK (decision IN ('allowed', 'denied'))
);

CREATE TABLE hims_settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE hims_presence (
    user_id INTEGER NOT NULL,
    instance TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    CONSTRAINT hims_presence_pkey PRIMARY KEY (user_id, instance)
) WITHOUT ROWID;

CREATE TABLE hims_links (
    legacy_room TEXT PRIMARY KEY NOT NULL,
    stream_room TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX hims_links_stream_room ON hims_links (stream_room);
