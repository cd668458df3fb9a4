-- Whom the hospital's sign-on means: a subject of an issuer, linked once to a member of staff.
CREATE TABLE hims_sign_on (
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    user_id bigint NOT NULL
        CONSTRAINT hims_sign_on_user_id_foreign REFERENCES users (id) ON DELETE CASCADE,
    linked_at timestamptz NOT NULL,
    CONSTRAINT hims_sign_on_pkey PRIMARY KEY (issuer, subject)
);
-- One subject of each issuer for a person: a second one would be somebody else with their identifier.
CREATE UNIQUE INDEX hims_sign_on_user_index ON hims_sign_on (user_id, issuer);
