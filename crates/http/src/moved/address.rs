use axum::http::Uri;
use domain::{AttachmentId, MessageId, RoomId};
use ports::{Moves, Name, Result, name_there};

/// The direction in which a room moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    ToStream,
    ToLegacy,
}

/// The room or file that an address is about.
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
    /// The rest of the path behind the id, in its parts.
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

    /// `room` is what a room is called there. `None` for a file that is called nothing there.
    ///
    /// # Errors
    /// As [`Moves::other_name`].
    pub(super) async fn there(
        &self,
        moves: &dyn Moves,
        prefix: &str,
        room: Option<&RoomId>,
        direction: Direction,
    ) -> Result<Option<There>> {
        let api = if self.is_api { "/api" } else { "" };
        let (target, mut path, page) = match &self.target {
            Target::Room(_) => {
                let Some(room) = room else {
                    return Ok(None);
                };
                let page = format!("{prefix}/rooms/{room}");
                let path = format!("{prefix}{api}/rooms/{room}");
                (Target::Room(room.clone()), path, page)
            }
            Target::File(file) => {
                let name = match direction {
                    Direction::ToStream => Name::LegacyFile(file.clone()),
                    Direction::ToLegacy => Name::StreamFile(file.clone()),
                };
                let Some(Name::LegacyFile(file) | Name::StreamFile(file)) =
                    name_there(moves, &name).await?
                else {
                    return Ok(None);
                };
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
                path.push_str(&named_there(moves, message, direction).await?);
            }
        }
        if let Some(query) = &self.query {
            path.push('?');
            path.push_str(&with_messages(moves, query, direction).await?);
        }
        Ok(Some(There { target, path, page }))
    }
}

async fn with_messages(moves: &dyn Moves, query: &str, direction: Direction) -> Result<String> {
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        pairs.push(match pair.split_once('=') {
            Some((name, message)) if MESSAGES.contains(&name) => {
                let there = named_there(moves, message, direction).await?;
                format!("{name}={there}")
            }
            _ => pair.to_owned(),
        });
    }
    Ok(pairs.join("&"))
}

/// The id of the message in the other backend; one that has none there stays as it is, and is not found there.
async fn named_there(moves: &dyn Moves, message: &str, direction: Direction) -> Result<String> {
    let Ok(id) = MessageId::parse(message) else {
        return Ok(message.to_owned());
    };
    let name = match direction {
        Direction::ToStream => Name::LegacyMessage(id),
        Direction::ToLegacy => Name::StreamMessage(id),
    };
    Ok(match name_there(moves, &name).await? {
        Some(Name::LegacyMessage(id) | Name::StreamMessage(id)) => id.to_string(),
        _ => message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use ports::MockMoves;

    use super::*;

    fn read(uri: &str) -> Option<Address> {
        Address::read("/doctor/chat", &uri.parse().unwrap())
    }

    #[tokio::test]
    async fn an_address_keeps_its_form() {
        let mut moves = MockMoves::new();
        moves.expect_other_name().returning(|_| Ok(None));
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
            let room = RoomId::parse("group-legacy-7").unwrap();
            let (prefix, direction) = ("/doctor/stream-chat", Direction::ToStream);
            let there = read(&old).unwrap();
            let there = there.there(&moves, prefix, Some(&room), direction).await;
            assert_eq!(there.unwrap().unwrap().path, new);
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
            assert_eq!(read(&format!("/doctor/chat{other}")), None, "{other}");
        }
        assert_eq!(read("/doctor/chatter/rooms/7"), None);
    }
}
