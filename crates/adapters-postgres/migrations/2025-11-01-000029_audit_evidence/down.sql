DROP TABLE hims_audit_seals, hims_audit_unsealed;
DROP INDEX hims_audit_room_id_index, hims_audit_patient_index, hims_audit_actor_id_index, hims_audit_at_index;
ALTER TABLE hims_audit
    DROP COLUMN signature,
    DROP COLUMN request,
    DROP COLUMN session,
    DROP COLUMN address;
