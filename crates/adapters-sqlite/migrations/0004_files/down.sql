DROP TABLE hims_removed_files;
DROP INDEX hims_attachments_unsent;
ALTER TABLE chat_attachments DROP COLUMN height;
ALTER TABLE chat_attachments DROP COLUMN width;
