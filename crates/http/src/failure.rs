//! The failure of a request, as the asker is told of it: one value, shown as JSON or as a page.

mod directory;
mod present;
mod words;

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ports::{
    ErrorKind,
    usecase::{RoomPatient, WrongPatient},
};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use present::{Problem, present};

/// A wrong field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// The field, as the request names it.
    pub(crate) field: String,
    /// The rule that a right value keeps.
    pub(crate) message: String,
}

/// An answer that is not what was asked for.
///
/// A handler returns it bare; [`present`] turns it into `application/problem+json` or a page, and
/// logs it, once.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    /// The last part of the stable problem type.
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: Box<str>,
    pub(crate) fields: Box<[FieldError]>,
    pub(crate) retry_after: Option<Duration>,
    /// Settings that put it right, for whoever runs the service.
    pub(crate) steps: Arc<Vec<String>>,
    /// The page of a room that was moved.
    pub(crate) location: Option<Arc<String>>,
    /// Patients whom the message may be about, of a `wrong-patient`.
    pub(crate) wrong_patient: Option<Arc<WrongPatient>>,
    /// Kept for the log.
    source: Option<Arc<ports::Error>>,
}

impl Failure {
    fn new(
        status: StatusCode,
        slug: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            slug,
            title,
            detail: detail.into().into(),
            fields: Box::default(),
            retry_after: None,
            steps: Arc::default(),
            location: None,
            wrong_patient: None,
            source: None,
        }
    }

    pub(crate) fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "Not signed in",
            "Sign in and try again.",
        )
    }

    pub(crate) fn wrong_password() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "wrong-password",
            "Not unlocked",
            "The password is wrong.",
        )
    }

    pub(crate) fn not_found() -> Self {
        let detail = "It does not exist, or it is not yours to see.";
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// `page` is where the room is now.
    pub(crate) fn moved(page: String) -> Self {
        Self {
            location: Some(Arc::new(page)),
            ..Self::moved_somewhere()
        }
    }

    fn moved_somewhere() -> Self {
        let detail = "Nothing was sent: this room was moved to the other chat. Go on there.";
        Self::new(StatusCode::CONFLICT, "moved", "This room was moved", detail)
    }

    /// Whether all that is known is that it is in the other chat.
    pub(crate) fn is_moved_somewhere(&self) -> bool {
        self.slug == "moved" && self.location.is_none()
    }

    /// Whether the chat that was asked cannot answer just now, whatever it is asked.
    pub(crate) fn is_of_the_chat(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    pub(crate) fn not_a_doctor(refusal: &ports::Error) -> Self {
        let detail = sentence(&refusal.to_string());
        Self::new(
            StatusCode::FORBIDDEN,
            "not-a-doctor",
            "Only doctors take part in this chat",
            detail,
        )
    }

    pub(crate) fn not_an_administrator(refusal: &ports::Error) -> Self {
        let detail = sentence(&refusal.to_string());
        Self::new(
            StatusCode::FORBIDDEN,
            "not-an-administrator",
            "This page is for administrators",
            detail,
        )
    }

    pub(crate) fn other_doctor() -> Self {
        let detail = "Somebody else has signed in on this browser. Load the page again.";
        Self::new(
            StatusCode::CONFLICT,
            "other-doctor",
            "Not your page any more",
            detail,
        )
    }

    /// Names nobody in its words: those go into logs and titles.
    pub(crate) fn wrong_patient(found: WrongPatient) -> Self {
        let detail = match found.room {
            RoomPatient::Known(_) | RoomPatient::Left => {
                "This message may mean another patient than the one of this room."
            }
            RoomPatient::Nobody => "This names a patient, and this room is about none.",
        };
        Self {
            wrong_patient: Some(Arc::new(found)),
            ..Self::new(
                StatusCode::CONFLICT,
                "wrong-patient",
                "Check the patient",
                detail,
            )
        }
    }

    pub(crate) fn other_origin() -> Self {
        let detail = "A page of another origin may not change anything here.";
        Self::new(StatusCode::FORBIDDEN, "other-origin", "Not allowed", detail)
    }

    pub(crate) fn wrong_method() -> Self {
        let detail = "This address does not take that method.";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong-method",
            "Method not allowed",
            detail,
        )
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be read",
            detail,
        )
    }

    pub(crate) fn wrong_media_type(wanted: &'static str) -> Self {
        let detail = format!("The body must be {wanted}.");
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong-media-type",
            "Wrong media type",
            detail,
        )
    }

    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "Too large",
            detail,
        )
    }

    /// Nothing of the upload was read.
    pub(crate) fn too_many_uploads() -> Self {
        let detail = "Too many files are being uploaded at once. Try again in a few seconds.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self {
            retry_after: Some(Duration::from_secs(5)),
            ..Self::new(status, "busy", "Busy", detail)
        }
    }

    /// Nothing was stored, as nobody could look into it.
    pub(crate) fn not_scanned(error: ports::Error) -> Self {
        let detail = "The virus scanner does not answer, so the file was not stored. Try again in a minute; if it \
                      lasts, tell whoever runs the service.";
        Self {
            title: "Files cannot be checked",
            slug: "not-scanned",
            detail: detail.into(),
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..error.into()
        }
    }

    pub(crate) fn too_slow() -> Self {
        let detail = "The upload came too slowly or stopped. Try again.";
        let status = StatusCode::REQUEST_TIMEOUT;
        Self::new(status, "too-slow", "Too slow", detail)
    }

    pub(crate) fn throttled(retry_after: Duration) -> Self {
        let detail = "There were too many failed attempts to sign in. Wait before the next one.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self {
            retry_after: Some(retry_after),
            ..Self::new(status, "too-many-requests", "Too many attempts", detail)
        }
    }

    /// More sign in at this moment than can be checked.
    pub(crate) fn crowded(retry_after: Duration) -> Self {
        let detail = "Too many people are signing in at this moment. Your password was not looked at; try again.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self {
            retry_after: Some(retry_after),
            ..Self::new(status, "too-many-requests", "Too many at once", detail)
        }
    }

    pub(crate) fn invalid(fields: Vec<FieldError>) -> Self {
        let said: Vec<String> = fields.iter().map(words::of).collect();
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self {
            fields: fields.into(),
            ..Self::new(
                status,
                "invalid",
                "Something in it is not right",
                said.join(" "),
            )
        }
    }

    pub(crate) fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// A mount whose backend has no settings yet.
    pub(crate) fn not_configured(label: &str, steps: &[String]) -> Self {
        let detail = format!(
            "{label} is not connected yet. Whoever runs the service sets what is listed here."
        );
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self {
            steps: Arc::new(steps.to_vec()),
            ..Self::new(
                status,
                "not-configured",
                "This chat is not configured",
                detail,
            )
        }
    }

    pub(crate) fn internal() -> Self {
        let detail =
            "The fault is ours and was written down. What you sent may not have been stored.";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here",
            detail,
        )
    }
}

impl From<ports::Error> for Failure {
    fn from(error: ports::Error) -> Self {
        let detail = error.to_string();
        let mut failure = match error.kind() {
            ErrorKind::NotFound => Self::not_found(),
            ErrorKind::Forbidden => Self::forbidden(sentence(&detail)),
            ErrorKind::Invalid { field } => Self::invalid_field(field, error.message().to_owned()),
            ErrorKind::Moved => Self::moved_somewhere(),
            ErrorKind::Conflict => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                "Not possible now",
                sentence(&detail),
            ),
            ErrorKind::TooLarge => Self::too_large(sentence(&detail)),
            ErrorKind::RateLimited => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests",
                sentence(&detail),
            ),
            ErrorKind::Unsupported => Self::new(
                StatusCode::NOT_IMPLEMENTED,
                "unsupported",
                "This chat cannot do that",
                sentence(&detail),
            ),
            ErrorKind::Unavailable => {
                let detail = "The chat's store does not answer. Nothing that was confirmed is lost; try again.";
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "Chat is not available",
                    detail,
                )
            }
            _ => Self::internal(),
        };
        failure.retry_after = error.retry_after();
        failure.source = Some(Arc::new(error));
        failure
    }
}

impl From<domain::Denied> for Failure {
    fn from(denied: domain::Denied) -> Self {
        ports::Error::from(denied).into()
    }
}

pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), chars.as_str())
    })
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
