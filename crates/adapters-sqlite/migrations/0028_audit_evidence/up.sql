-- Where something was asked, and the signature of the service's own over all words of the entry: who writes into the
-- table and does not have its key cannot add or change an entry unnoticed.
ALTER TABLE hims_audit ADD COLUMN address TEXT;
ALTER TABLE hims_audit ADD COLUMN session TEXT;
ALTER TABLE hims_audit ADD COLUMN request TEXT;
ALTER TABLE hims_audit ADD COLUMN signature BLOB;

CREATE INDEX hims_audit_at_index ON hims_audit (at);
CREATE INDEX hims_audit_actor_id_index ON hims_audit (actor_id, id);
CREATE INDEX hims_audit_patient_index ON hims_audit (subject, id) WHERE action = 'view-patient';
CREATE INDEX hims_audit_room_id_index ON hims_audit (room_id, id) WHERE room_id IS NOT NULL;

-- Entries that are in no seal yet. They are sealed within seconds.
CREATE TABLE hims_audit_unsealed (
    entry_id INTEGER NOT NULL,
    CONSTRAINT hims_audit_unsealed_pkey PRIMARY KEY (entry_id)
);

-- Entries in an order that is fixed: each seal commits to the one before it. Links are pairs of an entry's id (8 bytes,
-- most significant first) and its signature (16 bytes). Entries up to "before" are older than signatures.
CREATE TABLE hims_audit_seals (
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    before INTEGER NOT NULL DEFAULT 0,
    links BLOB NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    CONSTRAINT hims_audit_seals_pkey PRIMARY KEY (number)
);
