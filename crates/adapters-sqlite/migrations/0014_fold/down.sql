-- What is folded by other rules is folded again by those of the program that comes next.
INSERT INTO hims_search_queue (message_id) SELECT id FROM chat_messages
    WHERE id NOT IN (SELECT message_id FROM hims_search_queue);
UPDATE patients SET name_folded = NULL WHERE name GLOB '*[^ -~]*';
