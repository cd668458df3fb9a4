DROP INDEX hims_sessions_id;
ALTER TABLE hims_sessions DROP COLUMN began_at;
ALTER TABLE hims_sessions DROP COLUMN device;
ALTER TABLE hims_sessions DROP COLUMN id;
