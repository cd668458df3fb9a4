DROP TABLE hims_removed_files;
DROP INDEX chat_attachments_unsent_index;
ALTER TABLE chat_attachments DROP COLUMN width, DROP COLUMN height;
