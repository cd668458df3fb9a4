DROP TABLE hims_returned_files;
DROP TABLE hims_returned_messages;
