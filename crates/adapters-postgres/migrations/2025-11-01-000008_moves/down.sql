ALTER TABLE chat_rooms DROP COLUMN hold_until, DROP COLUMN moved_at;
ALTER TABLE hims_links DROP COLUMN carried, DROP COLUMN state;
