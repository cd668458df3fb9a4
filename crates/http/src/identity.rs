//! The person who asks: extractors for any member of staff and for doctors.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};
use domain::{Doctor, StaffMember};
use tokio_util::sync::{CancellationToken, DropGuard};

use ports::ErrorKind;

use crate::{app::Shell, failure::Failure};

/// The member of staff who is signed in, as a request extension.
///
/// The shell's own login puts it there; a host service that has a login of its own does the same
/// in a middleware before the mounted router, and then no login of ours is involved:
///
/// ```
/// # use hims_chat_http::SignedIn;
/// # fn staff_member_of(_: &axum::extract::Request) -> Option<domain::StaffMember> { None }
/// async fn who(mut request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
///     if let Some(member) = staff_member_of(&request) {
///         request.extensions_mut().insert(SignedIn::new(member));
///     }
///     next.run(request).await
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SignedIn {
    member: StaffMember,
    ended: CancellationToken,
    /// Tells our own watch over the session that nobody needs it any more.
    _unwatched: Option<Arc<DropGuard>>,
}

impl SignedIn {
    /// This staff member asks.
    pub fn new(member: StaffMember) -> Self {
        Self {
            member,
            ended: CancellationToken::new(),
            _unwatched: None,
        }
    }

    /// Open live streams of this request end when `ended` is cancelled: on sign-out, idleness or
    /// when the doctor leaves.
    #[must_use]
    pub fn until(mut self, ended: CancellationToken) -> Self {
        self.ended = ended;
        self
    }

    /// The same for a token of our own watch, which is cancelled when the last holder is gone.
    pub(crate) fn watched(member: StaffMember, over: CancellationToken) -> Self {
        Self {
            member,
            _unwatched: Some(Arc::new(over.clone().drop_guard())),
            ended: over,
        }
    }

    /// The member of staff who is signed in.
    pub fn member(&self) -> &StaffMember {
        &self.member
    }

    pub(crate) fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    pub(crate) fn doctor(&self) -> Option<Doctor> {
        Doctor::admit(self.member.clone()).ok()
    }
}

/// The member of staff who asks, doctor or not: 401 for nobody, 409 for a page of somebody else.
pub(crate) struct CurrentMember(pub(crate) StaffMember);

impl<S: Send + Sync> FromRequestParts<S> for CurrentMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let signed_in = parts
            .extensions
            .get::<SignedIn>()
            .ok_or_else(Failure::not_signed_in)?;
        let member = signed_in.member.clone();
        // Two doctors may sign in on one browser, one after the other: a page of the first must not
        // act as the second.
        if pages_doctor(parts).is_some_and(|page| page != member.id.as_str()) {
            return Err(Failure::other_doctor());
        }
        Ok(Self(member))
    }
}

/// The doctor who asks: as [`CurrentMember`], and 403 for anyone else.
pub(crate) struct CurrentDoctor(pub(crate) Doctor);

impl<S> FromRequestParts<S> for CurrentDoctor
where
    S: Send + Sync,
    Shell: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let CurrentMember(member) = CurrentMember::from_request_parts(parts, state).await?;
        let admitted = Shell::from_ref(state).patients.admit(member).await;
        admitted.map(Self).map_err(|error| match error.kind() {
            ErrorKind::Forbidden => Failure::not_a_doctor(&error),
            _ => error.into(),
        })
    }
}

/// The id of the doctor whose page asks, if the page says so: in a header, or for an event stream in the query.
fn pages_doctor(parts: &Parts) -> Option<&str> {
    let header = parts
        .headers
        .get("x-hims-doctor")
        .and_then(|value| value.to_str().ok());
    let query = || {
        parts
            .uri
            .query()?
            .split('&')
            .find_map(|pair| pair.strip_prefix("doctor="))
    };
    header.or_else(query)
}
