-- The tables of a Laravel HIMS, in the shape Laravel gives them. Where they are there already,
-- they are the hospital's and stay as they are, even where they hold somebody twice.

CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    password VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    specialty VARCHAR,
    grade VARCHAR,
    ward VARCHAR,
    is_active BOOLEAN NOT NULL DEFAULT 1,
    remember_token VARCHAR,
    created_at DATETIME,
    updated_at DATETIME,
    deleted_at DATETIME,
    CONSTRAINT users_email_unique UNIQUE (email)
);

CREATE TABLE IF NOT EXISTS patients (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name VARCHAR NOT NULL,
    mrn VARCHAR NOT NULL,
    date_of_birth DATE,
    sex VARCHAR,
    bed VARCHAR,
    ward VARCHAR,
    allergies TEXT,
    created_at DATETIME,
    updated_at DATETIME,
    deleted_at DATETIME,
    CONSTRAINT patients_mrn_unique UNIQUE (mrn)
);

CREATE TABLE IF NOT EXISTS chat_rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name VARCHAR,
    type VARCHAR NOT NULL DEFAULT 'group',
    patient_id INTEGER,
    created_by INTEGER,
    created_at DATETIME,
    updated_at DATETIME,
    deleted_at DATETIME,
    CONSTRAINT chat_rooms_patient_id_foreign FOREIGN KEY (patient_id) REFERENCES patients (id),
    CONSTRAINT chat_rooms_created_by_foreign FOREIGN KEY (created_by) REFERENCES users (id)
);

CREATE TABLE IF NOT EXISTS chat_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER,
    message TEXT,
    type VARCHAR NOT NULL DEFAULT 'text',
    reply_to_id INTEGER,
    created_at DATETIME,
    updated_at DATETIME,
    deleted_at DATETIME,
    CONSTRAINT chat_messages_room_id_foreign FOREIGN KEY (room_id) REFERENCES chat_rooms (id),
    CONSTRAINT chat_messages_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX IF NOT EXISTS chat_messages_room_id_id_index ON chat_messages (room_id, id);

CREATE TABLE IF NOT EXISTS chat_participants (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    joined_at DATETIME,
    left_at DATETIME,
    last_read_at DATETIME,
    created_at DATETIME,
    updated_at DATETIME,
    CONSTRAINT chat_participants_room_id_user_id_unique UNIQUE (room_id, user_id),
    CONSTRAINT chat_participants_room_id_foreign FOREIGN KEY (room_id) REFERENCES chat_rooms (id),
    CONSTRAINT chat_participants_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
);
