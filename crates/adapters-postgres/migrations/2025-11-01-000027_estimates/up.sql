-- How many users are doctors: the statements ask for the role without case and spaces around it, of which PostgreSQL
-- knows nothing by itself and guesses one in two hundred. It then looks through all users where it could look each
-- participant up. PostgreSQL 13 keeps no such statistics, and goes on guessing.
DO $do$ BEGIN
    IF current_setting('server_version_num')::integer >= 140000 THEN
        EXECUTE 'CREATE STATISTICS hims_users_role ON (lower(btrim(role))) FROM users';
    END IF;
END $do$;
ANALYZE users;
