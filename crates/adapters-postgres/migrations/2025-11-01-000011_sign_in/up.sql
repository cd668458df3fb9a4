-- A session has a last hour, and a time of its newest use: one whose newest use lies in the future was
-- written by a clock that has been set back since, and counts as ended. Sessions from before have neither
-- and end here.
ALTER TABLE hims_sessions ADD COLUMN ends_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00Z';
ALTER TABLE hims_sessions ADD COLUMN used_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00Z';

-- Whoever changes a password, a role or an account ends its sessions in the same transaction, also the
-- other application, whose role at the database may not know our tables: so the function has its
-- owner's rights. It reads the row as JSON, as a hospital's table may lack one of the columns.
DO $do$ BEGIN
    EXECUTE format($sql$
        CREATE FUNCTION hims_account_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %I, pg_temp
        AS $f$
        DECLARE
            old_row jsonb := to_jsonb(OLD);
            new_row jsonb := to_jsonb(NEW);
        BEGIN
            IF (old_row->'password', old_row->'remember_token', old_row->'role', old_row->'is_active', old_row->'deleted_at')
                IS DISTINCT FROM
               (new_row->'password', new_row->'remember_token', new_row->'role', new_row->'is_active', new_row->'deleted_at')
            THEN
                DELETE FROM hims_sessions WHERE user_id = NEW.id;
            END IF;
            RETURN NULL;
        END $f$ $sql$, current_schema());
END $do$;
CREATE TRIGGER hims_sessions_account AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION hims_account_changed();

-- Failed sign-ins, under digests of whom and where from. Nothing here names anybody.
CREATE TABLE hims_failed_sign_ins (
    key text CONSTRAINT hims_failed_sign_ins_pkey PRIMARY KEY,
    count integer NOT NULL,
    since timestamptz NOT NULL
);
CREATE INDEX hims_failed_sign_ins_since_index ON hims_failed_sign_ins (since);
