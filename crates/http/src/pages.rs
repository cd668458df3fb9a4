//! View models of the pages, as plain data, and the words that the pages use.
//!
//! A handler fills one of these structs and renders it; nothing here reads a port, a clock or a
//! request. Every page holds a [`Frame`]: the hospital's name, the ribbons and, for a doctor who is
//! signed in, the sidebar. The live page renders the same markup from the same templates (a blank
//! copy of each part sits in a `<template>` element), so that there is one shape to test.

mod admin_links;
mod audit;
mod availability;
mod changes;
mod checks;
mod conversation;
mod directory;
mod facts;
mod frame;
mod inbox;
mod login;
mod message;
mod moves;
mod notice;
mod openapi;
mod paper;
mod patient_warning;
mod patients;
mod people;
mod retention;
mod rich_text;
mod rooms;
mod search;
mod sessions;
mod staff;
mod time;
mod timeline;
mod words;

#[cfg(test)]
mod specimens;

pub(crate) use admin_links::AdminLinks;
pub(crate) use audit::{AuditPage, AuditRow, AuditSought};
pub(crate) use availability::{AvailabilityView, OwnAvailability};
pub(crate) use changes::{LineView, with_changes};
pub(crate) use checks::ChecksPage;
pub(crate) use conversation::{Abilities, Composer, ConversationPage, RoomHead};
pub(crate) use directory::{DirectDoor, DirectoryPage, DirectoryRow};
pub(crate) use facts::{AttachmentFacts, DoctorFacts, MarkFacts, MessageFacts, ReplyFacts};
pub(crate) use frame::{Frame, InboxLink, MountLink, RoomRow, Sidebar, UrgentItem, order_rooms};
pub(crate) use inbox::InboxPage;
pub(crate) use login::{DemoLogin, DemoLogins, LeavePage, LoginPage, UnsentPage};
pub(crate) use message::{AttachmentView, Entry, MessageView, Quote};
pub(crate) use moves::MovesPage;
pub(crate) use notice::{NextStep, NoticePage};
pub(crate) use openapi::{OpenApiPage, Operation};
pub(crate) use paper::PaperPage;
pub(crate) use patient_warning::{PatientBanner, PatientWarningView};
pub(crate) use patients::{
    OpenChat, PatientIdentity, PatientPage, PatientRow, PatientsPage, UnreadMark,
    patients_missing_words,
};
pub(crate) use people::{DoctorChoice, ParticipantView, PersonLabel};
pub(crate) use retention::{HoldRow, NewHoldShown, ReceiptRow, RetentionPage, RuleRow};
pub(crate) use rich_text::Span;
pub(crate) use rooms::RoomsPage;
pub(crate) use search::{AskedView, HitView, Outcome, SearchPage, pieces};
pub(crate) use sessions::{SessionRow, SessionsPage};
pub(crate) use staff::{NewStaff, ReportShown, StaffAdminPage, StaffRow};
pub(crate) use time::{LocalTime, TimeLabel};
pub(crate) use timeline::{Reader, timeline};
pub(crate) use words::{age_sex, person_detail, preview, short_name};
