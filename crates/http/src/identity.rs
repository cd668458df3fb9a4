//! Who is asking.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{Doctor, StaffMember};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::failure::Failure;

/// Who is signed in, as a request extension.
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

    /// Who.
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

/// The doctor who asks: 401 for nobody, 403 for anyone else.
pub(crate) struct CurrentDoctor(pub(crate) Doctor);

impl<S: Send + Sync> FromRequestParts<S> for CurrentDoctor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let signed_in = parts
            .extensions
            .get::<SignedIn>()
            .ok_or_else(Failure::not_signed_in)?;
        Doctor::admit(signed_in.member.clone())
            .map(Self)
            .map_err(Failure::not_a_doctor)
    }
}
