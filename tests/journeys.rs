//! What doctors do, in a real browser.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod journeys {
    mod accessible;
    mod actions;
    mod availability;
    mod budget;
    mod checks;
    mod connection;
    mod direct;
    mod direct_session;
    mod discreet;
    mod doctors;
    mod drafts;
    mod edits;
    mod files;
    mod inbox;
    mod keyboard;
    mod lock;
    mod mentions;
    mod moved;
    mod moves_page;
    mod offline;
    mod patients_outage;
    mod patients_unread;
    mod people;
    mod people_in_room;
    mod phone;
    mod printed;
    mod quotes;
    mod read_again;
    mod refused;
    mod rings;
    mod screens;
    mod search;
    mod switched;
    mod tabs;
    mod tour;
    mod unread;
    mod uploads;
    mod urgent;
    mod urgent_elsewhere;
    mod visit;
    mod without_script;
    mod wrong_patient;
}
