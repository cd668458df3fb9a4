DROP TRIGGER hims_room_changed ON chat_rooms;
DROP TRIGGER hims_participant_gone ON chat_participants;
DROP TRIGGER hims_participant_changed ON chat_participants;
DROP TRIGGER hims_participant_new ON chat_participants;
DROP FUNCTION hims_room_changed();
DROP FUNCTION hims_membership_changed();
DROP TABLE hims_changed_memberships;
