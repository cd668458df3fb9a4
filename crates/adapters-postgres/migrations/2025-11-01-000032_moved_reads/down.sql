DROP TABLE hims_moved_reads;
