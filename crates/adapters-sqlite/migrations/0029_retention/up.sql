-- What is kept whatever the rules of retention say. A hold is lifted and never removed. The subject is a room's, a
-- patient's or somebody's id; the reference is the patient's pseudonym of then.
CREATE TABLE hims_legal_holds (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    matter TEXT NOT NULL,
    subject TEXT,
    reference TEXT,
    reason TEXT NOT NULL,
    placed_by TEXT,
    placed_at INTEGER NOT NULL,
    lifted_at INTEGER,
    CONSTRAINT hims_legal_holds_matter CHECK (matter IN ('everything', 'room', 'patient', 'staff'))
);

-- What went in each run, signed with the key of the audit. "list" is the SHA-256 of the list in its file.
CREATE TABLE hims_retention_receipts (
    begun_at INTEGER PRIMARY KEY NOT NULL,
    ended_at INTEGER NOT NULL,
    ordered_by TEXT,
    legacy_messages INTEGER NOT NULL,
    stream_messages INTEGER NOT NULL,
    files INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    held INTEGER NOT NULL,
    rooms_left INTEGER NOT NULL,
    list BLOB NOT NULL,
    signature BLOB NOT NULL
);

-- Entries that were removed from the audit: pairs of ids, from the one through the other (8 bytes each, most significant
-- first), and the signature of the statement. A gap that stands here is none that somebody cut.
CREATE TABLE hims_audit_removed (
    number INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    ranges BLOB NOT NULL,
    signature BLOB NOT NULL
);

-- Answers to a message are found when it is removed.
CREATE INDEX hims_messages_answers ON chat_messages (reply_to_id) WHERE reply_to_id IS NOT NULL;
