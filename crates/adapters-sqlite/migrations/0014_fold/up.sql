-- The fold takes more for the same (letters by keyboard, digits, quotes, dashes, white space), and the
-- index holds why a message is urgent too: every message is indexed anew. Until then the noted
-- messages are looked at themselves, so nothing is missing meanwhile.
INSERT INTO hims_search_queue (message_id) SELECT id FROM chat_messages
    WHERE id NOT IN (SELECT message_id FROM hims_search_queue);

-- Names in other scripts are made again by whoever looks for one next.
UPDATE patients SET name_folded = NULL WHERE name GLOB '*[^ -~]*';
