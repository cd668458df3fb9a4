DROP TRIGGER hims_room_changed;
DROP TRIGGER hims_room_deleted;
DROP TRIGGER hims_participant_gone;
DROP TRIGGER hims_participant_changed;
DROP TRIGGER hims_participant_new;
DROP TABLE hims_changed_memberships;
