DROP INDEX hims_messages_answers;
DROP TABLE hims_audit_removed;
DROP TABLE hims_retention_receipts;
DROP TABLE hims_legal_holds;
