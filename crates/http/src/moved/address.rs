use axum::http::Uri;
use domain::{AttachmentId, MessageId, RoomId};

/// Which way a room moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    ToStream,
    ToLegacy,
}

/// What an address is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Room(RoomId),
    File(AttachmentId),
}

/// An address of a mount that is about a room or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) target: Target,
    is_api: bool,
    /// What follows the id, in its parts.
    rest: Vec<String>,
    query: Option<String>,
}

/// The same where it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct There {
    pub(super) target: Target,
    pub(super) path: String,
    /// The page, for people, of what `path` may be a call about.
    pub(super) page: String,
}

/// Parameters that name a message.
const MESSAGES: [&str; 4] = ["message", "before", "after", "around"];

impl Address {
    pub(super) fn read(prefix: &str, uri: &Uri) -> Option<Self> {
        let path = uri.path().strip_prefix(prefix)?.strip_prefix('/')?;
        let mut parts = path.split('/').peekable();
        let is_api = parts.next_if_eq(&"api").is_some();
        let target = match (parts.next()?, parts.next()?) {
            ("rooms", room) => Target::Room(RoomId::parse(room).ok()?),
            ("attachments", file) if is_api => Target::File(AttachmentId::parse(file).ok()?),
            _ => return None,
        };
        Some(Self {
            target,
            is_api,
            rest: parts.map(str::to_owned).collect(),
            query: uri.query().map(str::to_owned),
        })
    }

    /// `room` is what a room is called there.
    pub(super) fn there(
        &self,
        prefix: &str,
        room: Option<&RoomId>,
        direction: Direction,
    ) -> Option<There> {
        let api = if self.is_api { "/api" } else { "" };
        let (target, mut path, page) = match &self.target {
            Target::Room(_) => {
                let room = room?;
                let page = format!("{prefix}/rooms/{room}");
                let path = format!("{prefix}{api}/rooms/{room}");
                (Target::Room(room.clone()), path, page)
            }
            Target::File(file) => {
                let file = match direction {
                    Direction::ToStream => ports::stream_file_name(file),
                    Direction::ToLegacy => ports::legacy_file_name(file),
                }?;
                let path = format!("{prefix}/api/attachments/{file}");
                (Target::File(file), path, prefix.to_owned())
            }
        };
        let mut rest = self.rest.iter().peekable();
        while let Some(part) = rest.next() {
            path.push('/');
            path.push_str(part);
            if part == "messages"
                && let Some(message) = rest.next()
            {
                path.push('/');
                path.push_str(&named_there(message, direction));
            }
        }
        if let Some(query) = &self.query {
            path.push('?');
            path.push_str(&with_messages(query, direction));
        }
        Some(There { target, path, page })
    }
}

fn with_messages(query: &str, direction: Direction) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, message)) if MESSAGES.contains(&name) => {
            format!("{name}={}", named_there(message, direction))
        }
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// What is no message of the other backend stays as it is, and is not found there.
fn named_there(message: &str, direction: Direction) -> String {
    let known = MessageId::parse(message)
        .ok()
        .and_then(|id| match direction {
            Direction::ToStream => ports::stream_name(&id),
            Direction::ToLegacy => ports::legacy_name(&id),
        });
    known.map_or_else(|| message.to_owned(), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(uri: &str, room: &str) -> Option<String> {
        let address = Address::read("/doctor/chat", &uri.parse().unwrap())?;
        let room = RoomId::parse(room).unwrap();
        let there = address.there("/doctor/stream-chat", Some(&room), Direction::ToStream)?;
        Some(there.path)
    }

    #[test]
    fn an_address_keeps_its_form() {
        for (old, new) in [
            ("/rooms/7", "/rooms/group-legacy-7"),
            (
                "/rooms/7?message=12",
                "/rooms/group-legacy-7?message=legacy-12",
            ),
            (
                "/api/rooms/7/messages/12/versions",
                "/api/rooms/group-legacy-7/messages/legacy-12/versions",
            ),
            (
                "/api/rooms/7/messages?limit=5&before=12",
                "/api/rooms/group-legacy-7/messages?limit=5&before=legacy-12",
            ),
            (
                "/api/attachments/3/thumbnail",
                "/api/attachments/legacy-3/thumbnail",
            ),
        ] {
            let (old, new) = (
                format!("/doctor/chat{old}"),
                format!("/doctor/stream-chat{new}"),
            );
            assert_eq!(there(&old, "group-legacy-7"), Some(new));
        }
    }

    #[test]
    fn other_addresses_are_none() {
        for other in [
            "",
            "/",
            "/rooms",
            "/search",
            "/api/rooms",
            "/api/events",
            "/attachments/3",
        ] {
            assert_eq!(there(&format!("/doctor/chat{other}"), "x"), None, "{other}");
        }
        assert_eq!(there("/doctor/chatter/rooms/7", "x"), None);
    }
}
