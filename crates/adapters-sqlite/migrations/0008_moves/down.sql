ALTER TABLE chat_rooms DROP COLUMN hold_until;
ALTER TABLE chat_rooms DROP COLUMN moved_at;
ALTER TABLE hims_links DROP COLUMN carried;
ALTER TABLE hims_links DROP COLUMN state;
