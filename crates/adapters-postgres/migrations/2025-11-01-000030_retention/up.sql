-- What is kept whatever the rules of retention say. A hold is lifted and never removed. The subject is a room's, a
-- patient's or somebody's id; the reference is the patient's pseudonym of then.
CREATE TABLE hims_legal_holds (
    number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT hims_legal_holds_pkey PRIMARY KEY,
    matter text NOT NULL
        CONSTRAINT hims_legal_holds_matter CHECK (matter IN ('everything', 'room', 'patient', 'staff')),
    subject text,
    reference text,
    reason text NOT NULL,
    placed_by text,
    placed_at timestamptz NOT NULL,
    lifted_at timestamptz
);

-- What went in each run, signed with the key of the audit. "list" is the SHA-256 of the list in its file.
CREATE TABLE hims_retention_receipts (
    begun_at timestamptz CONSTRAINT hims_retention_receipts_pkey PRIMARY KEY,
    ended_at timestamptz NOT NULL,
    ordered_by text,
    legacy_messages bigint NOT NULL,
    stream_messages bigint NOT NULL,
    files bigint NOT NULL,
    entries bigint NOT NULL,
    held bigint NOT NULL,
    rooms_left bigint NOT NULL,
    list bytea NOT NULL,
    signature bytea NOT NULL
);

-- Entries that were removed from the audit: pairs of ids, from the one through the other (8 bytes each, most significant
-- first), and the signature of the statement. A gap that stands here is none that somebody cut.
CREATE TABLE hims_audit_removed (
    number bigint CONSTRAINT hims_audit_removed_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    ranges bytea NOT NULL,
    signature bytea NOT NULL
);
