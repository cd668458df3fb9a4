-- A session has a last hour, and a time of its newest use: one whose newest use lies in the future was
-- written by a clock that has been set back since, and counts as ended. Sessions from before have neither
-- and end here.
ALTER TABLE hims_sessions ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hims_sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;

-- Whoever changes a password, a role or an account ends its sessions in the same transaction, also the
-- other application.
CREATE TRIGGER hims_sessions_account AFTER UPDATE OF password, remember_token, role, is_active, deleted_at ON users
    WHEN NEW.password IS NOT OLD.password OR NEW.remember_token IS NOT OLD.remember_token
        OR NEW.role IS NOT OLD.role OR NEW.is_active IS NOT OLD.is_active
        OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
    DELETE FROM hims_sessions WHERE user_id = NEW.id;
END;

-- Failed sign-ins, under digests of whom and where from. Nothing here names anybody.
CREATE TABLE hims_failed_sign_ins (
    key TEXT PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    since INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX hims_failed_sign_ins_since ON hims_failed_sign_ins (since);
