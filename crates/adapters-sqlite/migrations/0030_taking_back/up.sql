-- What was brought is found by what it became here, so that it can be taken back.
CREATE INDEX hims_adopted_ids_id_index ON hims_adopted_ids (part, id);
-- What a row said when it was brought last, where that is compared with what it says next: the title of a room, the
-- time at which somebody left. And how many of the versions of a message are edits of its source.
ALTER TABLE hims_adopted_ids ADD COLUMN said TEXT;
ALTER TABLE hims_adopted_ids ADD COLUMN versions INTEGER NOT NULL DEFAULT 0;
