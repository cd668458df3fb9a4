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
    mod changes;
    mod checks;
    mod description;
    mod headers;
    mod inbox;
    mod leaving;
    mod limits;
    mod listening;
    mod login;
    mod messages;
    mod moves;
    mod new_rooms;
    mod operations;
    mod origin;
    mod participants;
    mod patients_outage;
    mod patients_search;
    mod patients_unread;
    mod people;
    mod privacy;
    mod quotes;
    mod receipts;
    mod resuming;
    mod rooms;
    mod routes;
    mod s3;
    mod search;
    mod sessions;
    mod shapes;
    mod stream_mount;
    mod webhooks;
    mod wrong_patient;
}
