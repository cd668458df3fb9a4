use std::net::IpAddr;

use domain::{Action, Decision, RoomId, StaffId};
use jiff::Timestamp;

use super::Signature;

/// One attempt to do something: who tried, what they wanted, and the decision of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Time of the attempt.
    pub at: Timestamp,
    /// The person who tried; none where a sign-in named no account.
    pub actor: Option<StaffId>,
    /// The action.
    pub action: Action,
    /// In which room, when in one.
    pub room: Option<RoomId>,
    /// On what: the id of a message, attachment, patient or staff member; for a token, what it allows; for a
    /// sign-in, the way.
    pub subject: Option<String>,
    /// Allowed, or denied and why.
    pub decision: Decision,
    /// The place from which it was asked.
    pub origin: Origin,
    /// Shows that this service wrote the entry. [`SignedAudit`](super::SignedAudit) adds it.
    pub signature: Option<Signature>,
}

/// The source of a request, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The address of the browser or machine, where the server knows it.
    pub address: Option<IpAddr>,
    /// The id of the session, which is no secret: nobody signs in with it.
    pub session: Option<String>,
    /// The id of the request, as in the log.
    pub request: Option<String>,
}

impl AuditEntry {
    /// An entry about nobody and nothing yet.
    pub fn new(at: Timestamp, action: Action, decision: Decision) -> Self {
        Self {
            at,
            actor: None,
            action,
            room: None,
            subject: None,
            decision,
            origin: Origin::default(),
            signature: None,
        }
    }

    /// Sets the actor to this member of staff.
    #[must_use]
    pub fn by(mut self, actor: &StaffId) -> Self {
        self.actor = Some(actor.clone());
        self
    }

    /// In which room.
    #[must_use]
    pub fn in_room(mut self, room: &RoomId) -> Self {
        self.room = Some(room.clone());
        self
    }

    /// On what.
    #[must_use]
    pub fn on(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

impl Origin {
    /// Of a request from this address.
    #[must_use]
    pub fn at(mut self, address: Option<IpAddr>) -> Self {
        self.address = address;
        self
    }

    /// In the session of this id.
    #[must_use]
    pub fn in_session(mut self, session: Option<&str>) -> Self {
        self.session = session.map(str::to_owned);
        self
    }

    /// In the request of this id.
    #[must_use]
    pub fn of_request(mut self, request: Option<&str>) -> Self {
        self.request = request.map(str::to_owned);
        self
    }
}

/// An entry as the words of its columns. Texts hold no zero character, which PostgreSQL would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenEntry {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The id of who; empty for nobody.
    pub actor: String,
    /// The action's word.
    pub action: String,
    /// The room's id.
    pub room: Option<String>,
    /// On what.
    pub subject: Option<String>,
    /// `allowed` or `denied`.
    pub decision: String,
    /// The word of why it was denied.
    pub reason: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The session's id.
    pub session: Option<String>,
    /// The request's id.
    pub request: Option<String>,
}

impl WrittenEntry {
    /// One that a store kept, without anything that may be missing.
    pub fn stored(at: i64, actor: String, action: String, decision: String) -> Self {
        Self {
            at,
            actor,
            action,
            room: None,
            subject: None,
            decision,
            reason: None,
            address: None,
            session: None,
            request: None,
        }
    }
}

impl From<&AuditEntry> for WrittenEntry {
    fn from(entry: &AuditEntry) -> Self {
        let without_zero = |text: &str| text.replace('\0', "");
        let (decision, reason) = match entry.decision {
            Decision::Allowed => ("allowed", None),
            Decision::Denied(denied) => ("denied", Some(denied.reason().as_str().to_owned())),
        };
        let actor = entry.actor.as_ref().map(|actor| actor.as_str());
        Self {
            at: entry.at.as_microsecond(),
            actor: actor.unwrap_or_default().to_owned(),
            action: entry.action.as_str().to_owned(),
            room: entry.room.as_ref().map(|room| room.as_str().to_owned()),
            subject: entry.subject.as_deref().map(without_zero),
            decision: decision.to_owned(),
            reason,
            address: entry.origin.address.map(|address| address.to_string()),
            session: entry.origin.session.as_deref().map(without_zero),
            request: entry.origin.request.as_deref().map(without_zero),
        }
    }
}
