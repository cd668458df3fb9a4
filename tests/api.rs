//! The outer contract: the real program, asked over HTTP, on SQLite and on PostgreSQL.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod api {
    mod attachments;
    mod authorisation;
    mod availability;
    mod beside_laravel;
    mod changes;
    mod checks;
    mod description;
    mod drafts;
    mod file_names;
    mod headers;
    mod inbox;
    mod leaving;
    mod limits;
    mod listening;
    mod login;
    mod messages;
    mod moved_drafts;
    mod moves;
    mod new_rooms;
    mod operations;
    mod operators;
    mod origin;
    mod pace;
    mod paper;
    mod participants;
    mod parts;
    mod patients_outage;
    mod patients_search;
    mod patients_unread;
    mod people;
    mod privacy;
    mod promises;
    mod quotes;
    mod receipts;
    mod resuming;
    mod rooms;
    mod routes;
    mod s3;
    mod scanner;
    mod search;
    mod sessions;
    mod shapes;
    mod signed_in_where;
    mod staff_page;
    mod stream_mount;
    mod stream_sandbox;
    mod unreadable_rows;
    mod unsent;
    mod webhooks;
    mod written;
    mod wrong_patient;
    mod wrong_patient_by_default;
    mod wrong_patient_forms;
    mod wrong_schema;
}
