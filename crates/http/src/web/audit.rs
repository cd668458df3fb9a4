//! The page of administrators about the audit.

use std::collections::{BTreeSet, HashMap};

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use domain::{Action, StaffId, StaffMember};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use ports::{AuditFilter, ErrorKind, GuardedAuditTrail, OrderedBy, StoredEntry};
use serde::{Deserialize, Serialize};

use crate::{
    app::Shell,
    extract::Params,
    failure::Failure,
    identity::SignedIn,
    pages::{AuditPage, AuditRow, AuditSought},
    web::{frame, show},
};

/// Path of the page.
const PAGE: &str = "/admin/audit";

/// Entries on a page.
const SHOWN: u32 = 100;

/// Most characters of a condition.
const LONGEST: usize = 255;

/// The conditions as they come in the address; what is empty does not matter.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    until: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    actor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    action: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    room: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    address: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    session: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    request: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    decision: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<i64>,
}

/// `GET /admin/audit`.
pub(crate) async fn show_entries(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    Params(asked): Params<Asked>,
) -> Result<Response, Failure> {
    let Extension(signed_in) = signed_in.ok_or_else(Failure::not_signed_in)?;
    let trail = shell.audit_trail.clone().ok_or_else(Failure::not_found)?;
    let member = signed_in.member();
    // Who may not read it learns nothing of what would be wrong with the conditions.
    trail.admit(member).await.map_err(refused)?;
    let (status, found) = match filter(&asked, &shell.zone) {
        Ok(filter) => {
            let entries = entries(&trail, member, &filter, asked.before).await?;
            (StatusCode::OK, Ok(entries))
        }
        Err(problem) => (StatusCode::UNPROCESSABLE_ENTITY, Err(problem)),
    };
    let (entries, problem) = match found {
        Ok(entries) => (entries, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let is_full = entries.len() > usize::try_from(SHOWN).unwrap_or(usize::MAX) - 1;
    let older = entries.last().filter(|_| is_full).map(|last| {
        let older = Asked {
            before: Some(last.id),
            ..asked.clone()
        };
        let query = serde_urlencoded::to_string(older).unwrap_or_default();
        format!("{PAGE}?{query}")
    });
    let names = names(&shell, &entries).await?;
    let rows = entries.into_iter();
    let page = AuditPage {
        frame: frame::alone(&shell),
        entries: rows
            .map(|entry| AuditRow::of(entry, &names, &shell.zone))
            .collect(),
        older: older.unwrap_or_default(),
        problem,
        links: frame::admin_links(&shell),
        sought: AuditSought {
            from: asked.from,
            until: asked.until,
            actor: asked.actor,
            action: asked.action,
            room: asked.room,
            subject: asked.subject,
            address: asked.address,
            session: asked.session,
            request: asked.request,
            denied: asked.decision == "denied",
        },
    };
    show(status, &page)
}

async fn entries(
    trail: &GuardedAuditTrail,
    member: &StaffMember,
    filter: &AuditFilter,
    before: Option<i64>,
) -> Result<Vec<StoredEntry>, Failure> {
    let by = OrderedBy::Member(member);
    trail.list(by, filter, before, SHOWN).await.map_err(refused)
}

/// The names of those who are actors, by their ids.
async fn names(shell: &Shell, entries: &[StoredEntry]) -> Result<HashMap<String, String>, Failure> {
    let ids: BTreeSet<&str> = entries
        .iter()
        .map(|entry| entry.entry.actor.as_str())
        .collect();
    let ids: Vec<StaffId> = ids
        .into_iter()
        .filter_map(|id| StaffId::parse(id).ok())
        .collect();
    let members = shell.staff.find_many(&ids).await?;
    Ok(members
        .into_iter()
        .map(|member| (member.id.to_string(), member.name))
        .collect())
}

/// The filter of conditions, or the sentence that says which cannot be read.
fn filter(asked: &Asked, zone: &TimeZone) -> Result<AuditFilter, String> {
    let mut filter = AuditFilter::default();
    filter.from = day(&asked.from, zone, 0)?;
    filter.until = day(&asked.until, zone, 1)?;
    if let Some(actor) = given(&asked.actor)? {
        let id = StaffId::parse(actor.as_str());
        filter.actor = Some(id.map_err(|error| format!("The staff id {error}."))?);
    }
    filter.action = given(&asked.action)?;
    if let Some(action) = &filter.action
        && !Action::ALL.iter().any(|known| known.as_str() == action)
    {
        return Err("The action must be one of those to choose from.".to_owned());
    }
    filter.room = given(&asked.room)?;
    filter.subject = given(&asked.subject)?;
    filter.address = given(&asked.address)?;
    filter.session = given(&asked.session)?;
    filter.request = given(&asked.request)?;
    filter.decision = match asked.decision.trim() {
        "" => None,
        "allowed" | "denied" => Some(asked.decision.trim().to_owned()),
        _ => return Err("The outcome must be allowed or denied.".to_owned()),
    };
    Ok(filter)
}

fn given(value: &str) -> Result<Option<String>, String> {
    let value = value.trim();
    if value.chars().count() > LONGEST {
        return Err(format!("A condition has at most {LONGEST} characters."));
    }
    // Ids have neither; and whatever is looked for is written down.
    if !value.chars().all(|c| c.is_ascii_graphic()) {
        return Err("A condition is an id, without spaces.".to_owned());
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// The beginning of a day in the hospital, or of one that is so many days later.
fn day(text: &str, zone: &TimeZone, later: i64) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || "A day is written 2026-11-30.".to_owned();
    let day: Date = text.parse().map_err(|_| wrong())?;
    let day = day.checked_add(later.days()).map_err(|_| wrong())?;
    if !(1970..=9998).contains(&day.year()) {
        return Err(wrong());
    }
    let begins = day.to_zoned(zone.clone()).map_err(|_| wrong())?;
    Ok(Some(begins.timestamp()))
}

fn refused(error: ports::Error) -> Failure {
    match error.kind() {
        ErrorKind::Forbidden => Failure::not_an_administrator(&error),
        _ => error.into(),
    }
}
