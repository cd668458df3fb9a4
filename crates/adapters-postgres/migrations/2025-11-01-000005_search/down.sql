DROP INDEX IF EXISTS hims_messages_words;
DROP INDEX IF EXISTS hims_files_words;
DROP FUNCTION hims_fold(text);
