//! The login page.

use super::Frame;
use askama::Template;

/// `GET /login`, and the answer to a refused `POST /login`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    /// Without a sidebar.
    pub(crate) frame: Frame,
    /// The address typed before, kept after an error.
    pub(crate) email: String,
    /// What went wrong and what to do; the same words for a wrong address and a wrong password.
    pub(crate) error: Option<String>,
    /// Why the doctor is here again, such as "You were signed out after 15 minutes without use."
    pub(crate) reason: Option<String>,
    /// The address that the form is sent to.
    pub(crate) action: String,
    /// A form that was not sent, sealed; it goes along with this one.
    pub(crate) unsent: Option<String>,
    /// Shown only in a demonstration.
    pub(crate) demo: Option<DemoLogins>,
}

/// After a login, when the form that was sent before had come too late.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "unsent.html")]
pub(crate) struct UnsentPage {
    /// Without a sidebar.
    pub(crate) frame: Frame,
    /// The address of the page that it was on.
    pub(crate) page: String,
    /// The address that it goes to.
    pub(crate) action: String,
    /// The text that was written, where there was one.
    pub(crate) text: String,
    /// The fields of the form.
    pub(crate) fields: Vec<(String, String)>,
    /// It is a message, which goes back into the composer first.
    pub(crate) is_message: bool,
}

/// The demonstration logins.
#[derive(Clone, Debug, Default)]
pub(crate) struct DemoLogins {
    /// The password they share.
    pub(crate) password: String,
    /// One row each.
    pub(crate) logins: Vec<DemoLogin>,
}

/// One demonstration login.
#[derive(Clone, Debug, Default)]
pub(crate) struct DemoLogin {
    /// `d01@larkmere.example`.
    pub(crate) email: String,
    /// `Dr Imara Okello-Voss, acute medicine`.
    pub(crate) who: String,
}
