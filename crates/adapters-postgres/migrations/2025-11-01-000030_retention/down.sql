DROP TABLE hims_audit_removed, hims_retention_receipts, hims_legal_holds;
