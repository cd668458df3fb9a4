-- Where something was asked, and the signature of the service's own over all words of the entry: who writes into the
-- table and does not have its key cannot add or change an entry unnoticed.
ALTER TABLE hims_audit
    ADD COLUMN address text,
    ADD COLUMN session text,
    ADD COLUMN request text,
    ADD COLUMN signature bytea;

CREATE INDEX hims_audit_at_index ON hims_audit USING brin (at);
CREATE INDEX hims_audit_actor_id_index ON hims_audit (actor_id, id);
CREATE INDEX hims_audit_patient_index ON hims_audit (subject, id) WHERE action = 'view-patient';
CREATE INDEX hims_audit_room_id_index ON hims_audit (room_id, id) WHERE room_id IS NOT NULL;

-- Entries that are in no seal yet. They are sealed within seconds.
CREATE TABLE hims_audit_unsealed (
    entry_id bigint CONSTRAINT hims_audit_unsealed_pkey PRIMARY KEY
);

-- Entries in an order that is fixed: each seal commits to the one before it. Links are pairs of an entry's id (8 bytes,
-- most significant first) and its signature (16 bytes). Entries up to "before" are older than signatures.
CREATE TABLE hims_audit_seals (
    number bigint CONSTRAINT hims_audit_seals_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    before bigint NOT NULL DEFAULT 0,
    links bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL
);
