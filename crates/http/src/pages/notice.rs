//! The page that says what happened and what to do.

use super::Frame;
use askama::Template;

/// Answer to a page request that cannot be served: 401, 403, 404, 422, 429, 503.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage {
    /// With the sidebar where the reader is a doctor.
    pub(crate) frame: Frame,
    /// The HTTP status, shown small.
    pub(crate) status: u16,
    /// Title: the event, in a few words.
    pub(crate) title: String,
    /// Explanation of what it means, and whether anything typed is safe.
    pub(crate) text: String,
    /// Steps or settings that put it right, one line each; names in `code` style.
    pub(crate) steps: Vec<String>,
    /// Link to the page to go on with.
    pub(crate) next: Option<NextStep>,
    /// Offers to sign out: for someone who is signed in and no doctor.
    pub(crate) sign_out: bool,
}

/// A link that leads on.
#[derive(Clone, Debug, Default)]
pub(crate) struct NextStep {
    /// Address of the link.
    pub(crate) href: String,
    /// `Back to messages`.
    pub(crate) label: String,
}
