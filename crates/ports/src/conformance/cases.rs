//! The cases, by port. Each takes a fixture of its own and panics when a promise is broken.

#![allow(missing_docs, reason = "the names say it")]

pub mod acknowledging;
pub mod adopted_readers;
pub mod adopted_since;
pub mod adopted_sources;
pub mod adoption;
pub mod attachments;
pub mod audience;
pub mod audit;
pub mod audit_trail;
pub mod availabilities;
pub mod changes;
pub mod credentials;
pub mod directory;
pub mod drafts;
pub mod live;
pub mod marking_unread;
pub mod mentions;
pub mod moves;
pub mod naming;
pub mod paging;
pub mod participants;
pub mod patient_merges;
pub mod patient_register;
pub mod patients;
pub mod pictures;
pub mod posting;
pub mod presence;
pub mod receipts;
pub mod records;
pub mod returns;
pub mod rooms;
pub mod schedules;
pub mod search;
pub mod search_filters;
pub mod sessions;
pub mod sign_ons;
pub mod staff_lists;
pub mod staff_register;
pub mod strangers;
pub mod taking_back;
pub mod typing;
pub mod unread;
pub mod unsent;
pub mod versions;
