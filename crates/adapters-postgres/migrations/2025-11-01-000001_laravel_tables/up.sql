-- The tables a Laravel HIMS has, for a database that has none of them yet. Where they exist, nothing
-- here touches them, even where they hold somebody twice.

CREATE TABLE IF NOT EXISTS users (
    id bigserial PRIMARY KEY,
    name varchar(255) NOT NULL,
    email varchar(255) NOT NULL CONSTRAINT users_email_unique UNIQUE,
    password varchar(255) NOT NULL,
    role varchar(255) NOT NULL,
    specialty varchar(255),
    grade varchar(255),
    ward varchar(255),
    is_active boolean NOT NULL DEFAULT true,
    remember_token varchar(100),
    created_at timestamp(0),
    updated_at timestamp(0),
    deleted_at timestamp(0)
);

CREATE TABLE IF NOT EXISTS patients (
    id bigserial PRIMARY KEY,
    name varchar(255) NOT NULL,
    mrn varchar(255) NOT NULL CONSTRAINT patients_mrn_unique UNIQUE,
    date_of_birth date,
    sex varchar(255),
    bed varchar(255),
    ward varchar(255),
    allergies text,
    created_at timestamp(0),
    updated_at timestamp(0),
    deleted_at timestamp(0)
);

CREATE TABLE IF NOT EXISTS chat_rooms (
    id bigserial PRIMARY KEY,
    name varchar(255),
    type varchar(255) NOT NULL DEFAULT 'group',
    patient_id bigint CONSTRAINT chat_rooms_patient_id_foreign REFERENCES patients (id),
    created_by bigint CONSTRAINT chat_rooms_created_by_foreign REFERENCES users (id),
    created_at timestamp(0),
    updated_at timestamp(0),
    deleted_at timestamp(0)
);

CREATE TABLE IF NOT EXISTS chat_messages (
    id bigserial PRIMARY KEY,
    room_id bigint NOT NULL CONSTRAINT chat_messages_room_id_foreign REFERENCES chat_rooms (id),
    user_id bigint CONSTRAINT chat_messages_user_id_foreign REFERENCES users (id),
    message text,
    type varchar(255) NOT NULL DEFAULT 'text',
    reply_to_id bigint CONSTRAINT chat_messages_reply_to_id_foreign REFERENCES chat_messages (id),
    created_at timestamp(0),
    updated_at timestamp(0),
    deleted_at timestamp(0)
);

CREATE TABLE IF NOT EXISTS chat_participants (
    id bigserial PRIMARY KEY,
    room_id bigint NOT NULL CONSTRAINT chat_participants_room_id_foreign REFERENCES chat_rooms (id),
    user_id bigint NOT NULL CONSTRAINT chat_participants_user_id_foreign REFERENCES users (id),
    joined_at timestamp(0),
    left_at timestamp(0),
    last_read_at timestamp(0),
    created_at timestamp(0),
    updated_at timestamp(0),
    CONSTRAINT chat_participants_room_id_user_id_unique UNIQUE (room_id, user_id)
);
