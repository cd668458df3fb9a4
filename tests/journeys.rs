//! Journeys of doctors in a real browser.
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
    mod delivered;
    mod direct;
    mod direct_session;
    mod discreet;
    mod doctors;
    mod drafts;
    mod drafts_late;
    mod edits;
    mod files;
    mod inbox;
    mod keyboard;
    mod letters;
    mod lock;
    mod long_room;
    mod mentions;
    mod merged;
    mod midnight;
    mod moved;
    mod moves_page;
    mod no_storage;
    mod offline;
    mod pasted;
    mod patients_outage;
    mod patients_unread;
    mod people;
    mod people_in_room;
    mod phone;
    mod printed;
    mod proxied;
    mod quotes;
    mod read_again;
    mod refused;
    mod rings;
    mod screens;
    mod search;
    mod signed_in_where;
    mod staff;
    mod suspended;
    mod switched;
    mod tabs;
    mod texts;
    mod tour;
    mod unread;
    mod uploads;
    mod urgent;
    mod urgent_elsewhere;
    mod urgent_order;
    mod visit;
    mod without_script;
    mod wrong_patient;
}
