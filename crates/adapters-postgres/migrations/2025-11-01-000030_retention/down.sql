DROP INDEX hims_adopted_ids_id, hims_messages_answers;
DROP TABLE hims_audit_removed, hims_retention_receipts, hims_legal_holds;
