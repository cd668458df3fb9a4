-- What is known of members of staff beside what the HIMS's own table says: what the hospital's system of
-- record calls them, how to reach them, and who said that they have left ('command': somebody did, 'import':
-- the list did not have them any more).
CREATE TABLE hims_staff (
    user_id INTEGER PRIMARY KEY NOT NULL,
    identifier TEXT,
    phone TEXT,
    bleep TEXT,
    deactivated_by TEXT CHECK (deactivated_by IN ('command', 'import')),
    CONSTRAINT hims_staff_identifier_unique UNIQUE (identifier),
    CONSTRAINT hims_staff_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- What was noted of an account holds as long as it is as it was noted: also the other application closes and
-- opens accounts.
CREATE TRIGGER hims_staff_switched AFTER UPDATE OF is_active, deleted_at ON users
    WHEN NEW.is_active IS NOT OLD.is_active OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
    UPDATE hims_staff SET deactivated_by = NULL WHERE user_id = NEW.id AND deactivated_by IS NOT NULL;
END;
