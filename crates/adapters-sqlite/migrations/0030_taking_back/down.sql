DELETE FROM hims_adopted_ids WHERE part = 'participants';
ALTER TABLE hims_adopted_ids DROP COLUMN versions;
ALTER TABLE hims_adopted_ids DROP COLUMN said;
DROP INDEX hims_adopted_ids_id_index;
