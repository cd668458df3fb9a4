DROP TABLE hims_failed_sign_ins;
DROP TRIGGER hims_sessions_account;
ALTER TABLE hims_sessions DROP COLUMN used_at;
ALTER TABLE hims_sessions DROP COLUMN ends_at;
