ALTER TABLE hims_links DROP COLUMN shut_until;
DROP TABLE hims_returned_files;
DROP TABLE hims_returned_messages;
