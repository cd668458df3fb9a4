DROP TABLE hims_drafts;
