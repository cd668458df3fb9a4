DROP TRIGGER hims_search_message_new;
DROP TRIGGER hims_search_message_changed;
DROP TRIGGER hims_search_message_gone;
DROP TRIGGER hims_search_file_sent;
DROP TRIGGER hims_search_file_new;
DROP TRIGGER hims_search_file_gone;
DROP TABLE hims_search_queue;
DROP TABLE hims_search;
