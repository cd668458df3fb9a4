-- The table of another application that each part of a source came from, with its schema where there is one. Two chats
-- of one database number their rooms alike: under one name the rows of the one would be taken for the other's.
CREATE TABLE hims_adopted_tables (
    source text NOT NULL,
    part text NOT NULL,
    name text NOT NULL,
    CONSTRAINT hims_adopted_tables_pkey PRIMARY KEY (source, part)
);
