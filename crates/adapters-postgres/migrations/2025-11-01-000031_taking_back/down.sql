DROP INDEX hims_attachments_room;
DROP INDEX hims_messages_reply;
DELETE FROM hims_adopted_ids WHERE part = 'participants';
ALTER TABLE hims_adopted_ids
    DROP COLUMN versions,
    DROP COLUMN said;
DROP INDEX hims_adopted_ids_id_index;
