//! View model of the page of somebody's sessions: the browsers they are signed in with.

use askama::Template;
use ports::Session;

use super::{Frame, LocalTime, TimeLabel};

/// `GET /sessions`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "sessions.html")]
pub(crate) struct SessionsPage {
    /// With the sidebar where the reader is a doctor.
    pub(crate) frame: Frame,
    /// The reader's name.
    pub(crate) name: String,
    /// The browser that asks, then those used last.
    pub(crate) rows: Vec<SessionRow>,
    /// Nothing was left out.
    pub(crate) are_all: bool,
}

/// A browser on which somebody is signed in.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionRow {
    /// The session's id.
    pub(crate) id: String,
    /// `Firefox on Windows`.
    pub(crate) device: String,
    /// When they signed in.
    pub(crate) began: TimeLabel,
    /// When it was last used.
    pub(crate) used: TimeLabel,
    /// The same as `3 min ago`.
    pub(crate) used_ago: String,
    /// It is the browser that asks.
    pub(crate) current: bool,
}

impl SessionRow {
    /// As the hospital's clock shows it.
    pub(crate) fn new(session: &Session, current: bool, clock: &LocalTime) -> Self {
        let device = session.device.as_deref();
        Self {
            id: session.id.as_str().to_owned(),
            device: device.unwrap_or("Unknown browser").to_owned(),
            began: clock.label(session.began_at),
            used: clock.label(session.used_at),
            used_ago: clock.age(session.used_at),
            current,
        }
    }
}

impl SessionsPage {
    /// There is a browser to sign out but the one that asks.
    pub(crate) fn has_others(&self) -> bool {
        self.rows.iter().any(|row| !row.current)
    }
}
