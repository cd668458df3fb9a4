-- What is known of members of staff beside what the HIMS's own table says: what the hospital's system of
-- record calls them, how to reach them, and who said that they have left ('command': somebody did, 'import':
-- the list did not have them any more).
CREATE TABLE hims_staff (
    user_id bigint CONSTRAINT hims_staff_pkey PRIMARY KEY
        CONSTRAINT hims_staff_user_id_foreign REFERENCES users (id) ON DELETE CASCADE,
    identifier text CONSTRAINT hims_staff_identifier_unique UNIQUE,
    phone text,
    bleep text,
    deactivated_by text
        CONSTRAINT hims_staff_deactivated_by_check CHECK (deactivated_by IN ('command', 'import'))
);

-- What was noted of an account holds as long as it is as it was noted: also the other application closes and
-- opens accounts, whose role at the database may not know our tables.
DO $do$ BEGIN
    EXECUTE format($sql$
        CREATE FUNCTION hims_account_switched() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %I, pg_temp
        AS $f$
        BEGIN
            UPDATE hims_staff SET deactivated_by = NULL WHERE user_id = NEW.id AND deactivated_by IS NOT NULL;
            RETURN NULL;
        END $f$ $sql$, current_schema());
END $do$;
CREATE TRIGGER hims_staff_switched AFTER UPDATE ON users FOR EACH ROW
    WHEN (NEW.is_active IS DISTINCT FROM OLD.is_active OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
    EXECUTE FUNCTION hims_account_switched();
