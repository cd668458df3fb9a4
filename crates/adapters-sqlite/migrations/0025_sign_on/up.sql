-- Whom the hospital's sign-on means: a subject of an issuer, linked once to a member of staff.
CREATE TABLE hims_sign_on (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject),
    CONSTRAINT hims_sign_on_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
-- One subject of each issuer for a person: a second one would be somebody else with their identifier.
CREATE UNIQUE INDEX hims_sign_on_user_index ON hims_sign_on (user_id, issuer);
