DROP TABLE hims_audit_seals;
DROP TABLE hims_audit_unsealed;
DROP INDEX hims_audit_room_id_index;
DROP INDEX hims_audit_actor_id_index;
DROP INDEX hims_audit_at_index;
ALTER TABLE hims_audit DROP COLUMN signature;
ALTER TABLE hims_audit DROP COLUMN request;
ALTER TABLE hims_audit DROP COLUMN session;
ALTER TABLE hims_audit DROP COLUMN address;
