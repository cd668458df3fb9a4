DROP TABLE hims_adopted_tables;
