//! Retention as administrators see it.

use askama::Template;
use domain::{HeldMatter, Kept, RetentionRules};
use jiff::{Timestamp, tz::TimeZone};
use ports::{LegalHold, RetentionReceipt};

use super::{AdminLinks, Frame};

/// The rules, the legal holds, and what went.
#[derive(Debug, Default, Template)]
#[template(path = "retention.html")]
pub(crate) struct RetentionPage {
    /// Without a sidebar: an administrator takes part in no chat.
    pub(crate) frame: Frame,
    pub(crate) links: AdminLinks,
    pub(crate) rules: Vec<RuleRow>,
    pub(crate) holds: Vec<HoldRow>,
    pub(crate) receipts: Vec<ReceiptRow>,
    pub(crate) done: Option<String>,
    pub(crate) problem: Option<String>,
    pub(crate) new: NewHoldShown,
}

/// How long something is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleRow {
    pub(crate) of: &'static str,
    pub(crate) kept: String,
}

/// A legal hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct HoldRow {
    pub(crate) number: i64,
    pub(crate) matter: String,
    pub(crate) reason: String,
    /// In the hospital's time.
    pub(crate) placed: String,
    /// Empty while it holds.
    pub(crate) lifted: String,
}

/// The outcome of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReceiptRow {
    /// In the hospital's time.
    pub(crate) at: String,
    pub(crate) messages: u64,
    pub(crate) files: u64,
    pub(crate) entries: u64,
    pub(crate) held: u64,
    pub(crate) left: u64,
    /// Whether its signature holds.
    pub(crate) is_genuine: bool,
}

/// The entries of a form that was refused.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are the fields'")]
pub(crate) struct NewHoldShown {
    pub(crate) matter: String,
    pub(crate) id: String,
    pub(crate) reason: String,
}

impl RuleRow {
    /// Every rule in words.
    pub(crate) fn all(rules: &RetentionRules) -> Vec<Self> {
        let (messages, files, audit) = (&rules.messages, &rules.files, &rules.audit);
        let rows = [
            ("Messages in rooms of patients", messages.patient),
            ("Messages between two doctors", messages.direct),
            ("Messages in groups", messages.group),
            ("Files in rooms of patients", files.patient),
            ("Files between two doctors", files.direct),
            ("Files in groups", files.group),
            ("Audit of coming in and going out", audit.access),
            ("Audit of reading", audit.reading),
            ("Audit of writing", audit.writing),
            ("Audit of administration", audit.administration),
        ];
        let row = |(of, kept): (&'static str, Kept)| Self {
            of,
            kept: kept.map_or_else(|| "for ever".to_owned(), |kept| kept.to_string()),
        };
        rows.into_iter().map(row).collect()
    }
}

impl HoldRow {
    pub(crate) fn of(hold: LegalHold, zone: &TimeZone) -> Self {
        Self {
            number: hold.number,
            matter: match hold.matter {
                HeldMatter::Everything => "Everything".to_owned(),
                HeldMatter::Room(room) => format!("Room {room}"),
                HeldMatter::Patient { id, .. } => format!("Patient {id}"),
                HeldMatter::Staff(id) => format!("Staff member {id}"),
            },
            reason: hold.reason.as_str().to_owned(),
            placed: minute(hold.placed_at, zone),
            lifted: hold
                .lifted_at
                .map_or_else(String::new, |at| minute(at, zone)),
        }
    }
}

impl ReceiptRow {
    pub(crate) fn of((receipt, is_genuine): (RetentionReceipt, bool), zone: &TimeZone) -> Self {
        Self {
            at: minute(receipt.begun_at, zone),
            messages: receipt
                .legacy_messages
                .saturating_add(receipt.stream_messages),
            files: receipt.files,
            entries: receipt.entries,
            held: receipt.held,
            left: receipt.left,
            is_genuine,
        }
    }
}

fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}
