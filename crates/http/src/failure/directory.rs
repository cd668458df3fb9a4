//! Refusals of the hospital's directory, and of whom it means.

use axum::http::StatusCode;

use super::Failure;

impl Failure {
    pub(crate) const NOT_ADMITTED: &str = "not-admitted";
    const DIRECTORY_AWAY: &str = "directory-away";

    /// The password of an account outside is right, and whom it means is not to come in.
    pub(crate) fn not_admitted(words: String) -> Self {
        let status = StatusCode::FORBIDDEN;
        Self::new(status, Self::NOT_ADMITTED, "You cannot sign in here", words)
    }

    pub(crate) fn directory_away() -> Self {
        let detail = "The hospital’s directory does not answer, so your password could not be checked. Try again in a minute.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(
            status,
            Self::DIRECTORY_AWAY,
            "The directory does not answer",
            detail,
        )
    }

    /// Whether the form of the login says it.
    pub(crate) fn is_of_the_directory(&self) -> bool {
        [Self::NOT_ADMITTED, Self::DIRECTORY_AWAY].contains(&self.slug)
    }
}
