DROP INDEX hims_messages_unsettled;
DROP TABLE hims_adoption_notes;
DROP TABLE hims_adopted_ids;
