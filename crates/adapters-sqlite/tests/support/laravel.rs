//! The other application: it knows its own tables and columns only, and nothing of ours.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "shared by test files, each of which uses a part"
)]

use std::path::Path;

use diesel::{
    Connection as _, RunQueryDsl as _, SqliteConnection, connection::SimpleConnection as _,
    dsl::sql, sql_types::Text,
};

/// Tables that Laravel's own migrations make, without a column of ours.
const TABLES: &str = "
    CREATE TABLE users (id integer primary key autoincrement not null, name varchar not null,
        email varchar not null, password varchar not null, role varchar not null, specialty varchar,
        grade varchar, ward varchar, is_active tinyint(1) not null default '1', remember_token varchar,
        created_at datetime, updated_at datetime, deleted_at datetime);
    CREATE UNIQUE INDEX users_email_unique ON users (email);
    CREATE TABLE patients (id integer primary key autoincrement not null, name varchar not null,
        mrn varchar not null, date_of_birth date, sex varchar, bed varchar, ward varchar, allergies text,
        created_at datetime, updated_at datetime, deleted_at datetime);
    CREATE UNIQUE INDEX patients_mrn_unique ON patients (mrn);
    CREATE TABLE chat_rooms (id integer primary key autoincrement not null, name varchar,
        type varchar not null default 'group', patient_id integer, created_by integer,
        created_at datetime, updated_at datetime, deleted_at datetime,
        foreign key (patient_id) references patients (id), foreign key (created_by) references users (id));
    CREATE TABLE chat_messages (id integer primary key autoincrement not null, room_id integer not null,
        user_id integer, message text, type varchar not null default 'text', reply_to_id integer,
        created_at datetime, updated_at datetime, deleted_at datetime,
        foreign key (room_id) references chat_rooms (id), foreign key (user_id) references users (id));
    CREATE TABLE chat_participants (id integer primary key autoincrement not null, room_id integer not null,
        user_id integer not null, joined_at datetime, left_at datetime, last_read_at datetime,
        created_at datetime, updated_at datetime,
        foreign key (room_id) references chat_rooms (id), foreign key (user_id) references users (id));
";

/// Three doctors (1, 2, 3) and a nurse (4), two patients, and years of chat: room 1 of patient 1
/// with doctors 1 and 2 (who is in it twice), room 2 of the pair 2 and 3.
const RECORDS: &str = "
    INSERT INTO users (name, email, password, role, is_active) VALUES
        ('Dr Ana Bru', 'Ana@hospital.example', '$2y$10$ana', 'Doctor', 1),
        ('Dr Ben Cole', 'ben@hospital.example', '$2y$10$ben', 'doctor', 1),
        ('Dr Cy Dorn', 'cy@hospital.example', '$2y$10$cy', 'doctor', 1),
        ('Nurse Dee Eck', 'dee@hospital.example', '$2y$10$dee', 'nurse', 1);
    INSERT INTO patients (name, mrn, ward, bed) VALUES
        ('Patient One', 'M-1', 'B3', '1'), ('Patient Two', 'M-2', 'B3', '2');
    INSERT INTO chat_rooms (name, type, patient_id, created_by, created_at) VALUES
        (NULL, 'patient', 1, 1, '2023-05-01 08:00:00'),
        (NULL, 'private', NULL, 2, '2023-05-01 09:00:00');
    INSERT INTO chat_participants (room_id, user_id, joined_at, last_read_at) VALUES
        (1, 1, '2023-05-01 08:00:00', '2023-05-01 08:30:00'),
        (1, 2, '2023-05-01 08:00:00', NULL),
        (1, 2, '2023-05-02 08:00:00', NULL),
        (1, 4, '2023-05-01 08:00:00', NULL),
        (2, 2, '2023-05-01 09:00:00', NULL),
        (2, 3, '2023-05-01 09:00:00', NULL);
    INSERT INTO chat_messages (room_id, user_id, message, created_at, deleted_at) VALUES
        (1, 2, 'third', '2023-05-01 08:40:00', NULL),
        (1, 2, 'first', '2023-05-01 08:10:00', NULL),
        (1, 2, 'second', '2023-05-01 08:20:00', NULL),
        (1, 2, 'taken back', '2023-05-01 08:50:00', '2023-05-01 08:51:00'),
        (1, NULL, 'from nobody', '2023-05-01 09:00:00', NULL);
";

pub struct Laravel(SqliteConnection);

impl Laravel {
    /// A HIMS that was there before us.
    pub fn founded_at(file: &Path) -> Self {
        let mut laravel = Self::at(file);
        laravel.run(TABLES);
        laravel.run(RECORDS);
        laravel
    }

    /// Opens a database that is there.
    pub fn at(file: &Path) -> Self {
        let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        connection
            .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;")
            .unwrap();
        Self(connection)
    }

    pub fn run(&mut self, statements: &str) {
        self.0.batch_execute(statements).unwrap();
    }

    /// The one value a query answers, as text; none for NULL.
    pub fn ask(&mut self, query: &str) -> Option<String> {
        let value = format!("(SELECT CAST(({query}) AS TEXT))");
        let value = sql::<diesel::sql_types::Nullable<Text>>(&value);
        diesel::select(value).get_result(&mut self.0).unwrap()
    }
}
