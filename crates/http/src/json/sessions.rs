use serde::Serialize;
use utoipa::ToSchema;

use crate::login::own_sessions::OwnSessions;

/// A browser on which the asking person is signed in.
#[derive(Serialize, ToSchema)]
struct SessionJson {
    id: String,
    /// The browser in a few words, such as `Firefox on Windows`; null where it is not known.
    device: Option<String>,
    /// When they signed in on it; RFC 3339, UTC.
    began_at: String,
    /// When it was last used, to a minute; RFC 3339, UTC.
    used_at: String,
    /// It is the browser that asks.
    current: bool,
}

/// Browsers on which the asking person is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsJson {
    /// Those used last first.
    sessions: Vec<SessionJson>,
}

impl SessionsJson {
    pub(crate) fn new(own: &OwnSessions) -> Self {
        let sessions = own.sessions.iter().map(|session| SessionJson {
            id: session.id.as_str().to_owned(),
            device: session.device.clone(),
            began_at: session.began_at.to_string(),
            used_at: session.used_at.to_string(),
            current: own.is_current(session),
        });
        Self {
            sessions: sessions.collect(),
        }
    }
}
