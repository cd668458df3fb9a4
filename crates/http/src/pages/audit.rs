//! The audit as administrators see it.

use std::collections::HashMap;

use askama::Template;
use domain::Action;
use jiff::{Timestamp, tz::TimeZone};
use ports::StoredEntry;

use super::{AdminLinks, Frame};

/// Entries of the audit, and the conditions they were looked for by.
#[derive(Debug, Default, Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage {
    /// Without a sidebar: an administrator takes part in no chat.
    pub(crate) frame: Frame,
    pub(crate) entries: Vec<AuditRow>,
    pub(crate) sought: AuditSought,
    /// The address of older entries; empty on the last page.
    pub(crate) older: String,
    /// A condition that cannot be read, and how it would be right.
    pub(crate) problem: Option<String>,
    pub(crate) links: AdminLinks,
}

/// The conditions as they were entered.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are the fields'")]
pub(crate) struct AuditSought {
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) room: String,
    pub(crate) subject: String,
    pub(crate) address: String,
    pub(crate) session: String,
    pub(crate) request: String,
    pub(crate) denied: bool,
}

impl AuditSought {
    /// The actions to choose from, each with whether it was chosen.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let words = Action::ALL.iter().map(|action| action.as_str());
        words.map(|word| (word, word == self.action))
    }

    /// Whether conditions are set that are seen only when they are unfolded.
    pub(crate) fn has_more(&self) -> bool {
        [&self.subject, &self.address, &self.session, &self.request]
            .iter()
            .any(|value| !value.is_empty())
    }
}

/// An entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditRow {
    pub(crate) id: i64,
    /// In the hospital's time, with seconds.
    pub(crate) at: String,
    /// The moment for machines.
    pub(crate) moment: String,
    pub(crate) actor: String,
    /// The name, where the id is somebody's here.
    pub(crate) name: String,
    pub(crate) action: String,
    pub(crate) room: String,
    pub(crate) subject: String,
    /// The word of why it was denied; empty where it was allowed.
    pub(crate) denied: String,
    pub(crate) address: String,
    pub(crate) session: String,
    pub(crate) request: String,
}

impl AuditRow {
    pub(crate) fn of(
        stored: StoredEntry,
        names: &HashMap<String, String>,
        zone: &TimeZone,
    ) -> Self {
        let entry = stored.entry;
        let at = Timestamp::from_microsecond(entry.at).unwrap_or_default();
        let denied = match entry.decision.as_str() {
            "allowed" => String::new(),
            _ => entry.reason.unwrap_or(entry.decision),
        };
        Self {
            id: stored.id,
            at: at
                .to_zoned(zone.clone())
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string(),
            moment: at.to_string(),
            name: names.get(&entry.actor).cloned().unwrap_or_default(),
            actor: entry.actor,
            action: entry.action,
            room: entry.room.unwrap_or_default(),
            subject: entry.subject.unwrap_or_default(),
            denied,
            address: entry.address.unwrap_or_default(),
            session: entry.session.unwrap_or_default(),
            request: entry.request.unwrap_or_default(),
        }
    }
}
