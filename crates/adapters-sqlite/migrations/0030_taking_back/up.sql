-- Rows that were brought are found by those that they became here, so that they can be taken back.
CREATE INDEX hims_adopted_ids_id_index ON hims_adopted_ids (part, id);
-- Words of a row when it was brought last, where they are compared with what it says next: the title of a room, the
-- time at which somebody left. Participants are kept by the id of their room. And how many of the versions of a message are edits of its source.
ALTER TABLE hims_adopted_ids ADD COLUMN said TEXT;
ALTER TABLE hims_adopted_ids ADD COLUMN versions INTEGER NOT NULL DEFAULT 0;

-- Files that could not be brought have a text in their place, which the file takes when it is there.
UPDATE hims_adopted_ids SET said = 'placeholder' WHERE part = 'files' AND id IN (
    SELECT id FROM chat_attachments WHERE media_type = 'text/plain' AND name LIKE '% (not available).txt');
