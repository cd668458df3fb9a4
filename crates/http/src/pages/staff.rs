//! The staff as administrators see them.

use askama::Template;
use domain::Role;
use ports::{DeactivatedBy, RegisteredStaff};

use super::{AdminLinks, Frame};
use crate::registers::Report;

/// Most lines of a report that the page shows; the command shows all.
const MOST_LINES: usize = 200;

/// Everybody who works here, and what can be done about them.
#[derive(Debug, Default, Template)]
#[template(path = "staff.html")]
pub(crate) struct StaffAdminPage {
    /// Without a sidebar: an administrator takes part in no chat.
    pub(crate) frame: Frame,
    pub(crate) staff: Vec<StaffRow>,
    /// The words that were looked for.
    pub(crate) sought: String,
    /// The address of the next page; empty on the last.
    pub(crate) next: String,
    /// A change that was made, as a sentence.
    pub(crate) done: Option<String>,
    /// A change that was not made, and why.
    pub(crate) problem: Option<String>,
    pub(crate) report: Option<ReportShown>,
    /// The entries of somebody who could not be added.
    pub(crate) new: NewStaff,
    pub(crate) links: AdminLinks,
}

/// A member of staff.
#[derive(Clone, Debug, Default)]
pub(crate) struct StaffRow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Role, specialty, grade and ward.
    pub(crate) work: String,
    pub(crate) email: String,
    /// Identifier, telephone and bleep, as far as they are known.
    pub(crate) beside: String,
    pub(crate) is_active: bool,
    /// The account, in words.
    pub(crate) state: &'static str,
}

/// The entries of the form that adds somebody.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are the fields'")]
pub(crate) struct NewStaff {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) specialty: String,
    pub(crate) grade: String,
    pub(crate) ward: String,
    pub(crate) phone: String,
    pub(crate) bleep: String,
    pub(crate) identifier: String,
}

impl NewStaff {
    /// The roles to choose from, each with whether it was chosen.
    pub(crate) fn roles(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let roles = Role::ALL.into_iter().filter(|role| *role != Role::Patient);
        roles.map(|role| (role.as_str(), role.as_str() == self.role))
    }
}

/// Outcome of a list.
#[derive(Debug)]
pub(crate) struct ReportShown {
    /// The file.
    pub(crate) title: String,
    pub(crate) report: Report,
}

impl ReportShown {
    /// Lines of a kind, and how many more there are.
    fn most<T>(lines: &[T]) -> (&[T], usize) {
        let shown = lines.len().min(MOST_LINES);
        (lines.get(..shown).unwrap_or(lines), lines.len() - shown)
    }
}

impl From<RegisteredStaff> for StaffRow {
    fn from(registered: RegisteredStaff) -> Self {
        let member = registered.member;
        let work = [
            Some(member.role.as_str().to_owned()),
            member.specialty,
            member.grade,
            member.ward,
        ];
        let named =
            |name: &str, value: Option<String>| value.map(|value| format!("{name} {value}"));
        let beside = [
            named("Number", registered.identifier),
            named("Telephone", registered.phone),
            named("Bleep", registered.bleep),
        ];
        let joined = |parts: &[Option<String>]| {
            let parts: Vec<&str> = parts
                .iter()
                .flatten()
                .map(String::as_str)
                .filter(|part| !part.is_empty())
                .collect();
            parts.join(" · ")
        };
        Self {
            id: member.id.to_string(),
            name: member.name,
            work: joined(&work),
            email: registered.email,
            beside: joined(&beside),
            is_active: member.active,
            state: match (member.active, registered.deactivated_by) {
                (true, _) if registered.has_password => "Active",
                (true, _) => "Active, no password here",
                (false, Some(DeactivatedBy::Import)) => "Closed: missing from a list",
                (false, _) => "Closed",
            },
        }
    }
}
