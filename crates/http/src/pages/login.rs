//! The login page.

use super::Frame;
use askama::Template;

/// `GET /login`, and the answer to a refused `POST /login`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    /// Without a sidebar.
    pub(crate) frame: Frame,
    /// People may sign in by names that are no addresses.
    pub(crate) by_name: bool,
    /// The address or name typed before, kept after an error.
    pub(crate) email: String,
    /// Error, with what to do about it; the same words for a wrong address and a wrong password.
    pub(crate) error: Option<String>,
    /// Why the doctor is here again, such as "You were signed out after 15 minutes without use."
    pub(crate) reason: Option<String>,
    /// The address that the form is sent to.
    pub(crate) action: String,
    /// An address and a password are asked for.
    pub(crate) password: bool,
    /// The address that leads to the hospital's own sign-in, where there is one.
    pub(crate) sign_on: Option<String>,
    /// Offers to go on with the word of the proxy before the chat.
    pub(crate) proxy: bool,
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

/// Leads to the provider after a form, which may not lead to another place by itself.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "leave.html")]
pub(crate) struct LeavePage {
    /// Without a sidebar.
    pub(crate) frame: Frame,
    /// The heading.
    pub(crate) title: &'static str,
    /// The reason.
    pub(crate) text: &'static str,
    /// The words on the button, for browsers that do not go on by themselves.
    pub(crate) label: &'static str,
    /// The provider's address.
    pub(crate) address: String,
}

impl LeavePage {
    /// After a sign-out, so that the provider's own session ends too.
    pub(crate) fn after_sign_out(frame: Frame, address: String) -> Self {
        Self {
            frame,
            title: "You are signed out of the chat",
            text: "The hospital's own sign-in is to forget you too, so that nobody else on this computer comes in as you.",
            label: "Sign out there too",
            address,
        }
    }

    /// Before a sign-in, with a form that waits for it.
    pub(crate) fn for_sign_in(frame: Frame, address: String) -> Self {
        Self {
            frame,
            title: "Sign in with the hospital's account",
            text: "What was not sent comes back when you have signed in.",
            label: "Go on",
            address,
        }
    }
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
    /// Address to sign in with, such as `d01@larkmere.example`.
    pub(crate) email: String,
    /// `Dr Imara Okello-Voss, acute medicine`.
    pub(crate) who: String,
}
