//! Everything that is here afterwards, beside what must be.

use std::collections::BTreeMap;

use super::{New, hospital::Expected};
use crate::support::{device::Device, server::Server};

/// The room that is looked at.
const TITLE: &str = "Renal team";

const MESSAGES: &str = "SELECT json_group_array(json_array(r.key, i.key, coalesce(u.name, 'System'), coalesce(m.message, '-'), \
    m.sent_at, m.deleted_at IS NOT NULL) ORDER BY r.key, m.position) \
    FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
    JOIN hims_adopted_ids r ON r.part = 'rooms' AND r.id = m.room_id LEFT JOIN users u ON u.id = m.user_id \
    WHERE i.part = 'messages'";

const ROOMS: &str = "SELECT json_group_array(json_array(i.key, r.type, coalesce(r.name, '-'))) \
    FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id WHERE i.part = 'rooms'";

const READ: &str = "SELECT json_group_array(json_array(i.key, u.name, p.read_position)) \
    FROM hims_adopted_ids i JOIN chat_participants p ON p.room_id = i.id JOIN users u ON u.id = p.user_id \
    WHERE i.part = 'rooms' AND p.left_at IS NULL";

const FILES: &str = "SELECT json_group_array(json_array(m.key, a.name, a.size)) \
    FROM hims_adopted_ids i JOIN chat_attachments a ON a.id = i.id \
    JOIN hims_adopted_ids m ON m.part = 'messages' AND m.id = a.message_id WHERE i.part = 'files'";

async fn rows<T: serde::de::DeserializeOwned>(new: &New, query: &str) -> Vec<T> {
    let text = new.database.text(query).await;
    serde_json::from_str(&text).unwrap()
}

pub(super) async fn compare(new: &New, expected: &Expected) {
    let mut messages: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (room, key, author, text, at, deleted) in
        rows::<(String, String, String, String, i64, i64)>(new, MESSAGES).await
    {
        let message = (key, author, text, at, deleted == 1);
        messages.entry(room).or_default().push(message);
    }
    for (room, said) in &expected.messages {
        let here = messages.remove(room).unwrap_or_default();
        for (one, other) in said.iter().zip(&here) {
            assert_eq!(other, one, "room {room}");
        }
        assert_eq!(here.len(), said.len(), "room {room}: {:#?}", here.last());
    }
    assert_eq!(messages, BTreeMap::new(), "nothing else is here");

    let rooms = rows::<(String, String, String)>(new, ROOMS).await;
    let rooms: BTreeMap<_, _> = rooms
        .into_iter()
        .map(|(key, kind, title)| (key, (kind, title)))
        .collect();
    assert_eq!(rooms, expected.rooms);

    let read = rows::<(String, String, i64)>(new, READ).await;
    let read: BTreeMap<_, _> = read
        .into_iter()
        .map(|(room, name, count)| ((room, name), count))
        .collect();
    assert_eq!(read, expected.read, "who has read how much of which room");

    let mut files = rows::<(String, String, i64)>(new, FILES).await;
    files.sort();
    let mut wanted = expected.files.clone();
    wanted.sort();
    for ((message, name, size), (of, called, bytes)) in files.iter().zip(&wanted) {
        assert_eq!((message, name), (of, called));
        assert!(bytes.is_none_or(|bytes| bytes == *size), "{name}: {size}");
    }
    assert_eq!(files.len(), wanted.len(), "{files:?}");
    is_shown(new, expected).await;
}

/// A doctor is shown the same on the page.
async fn is_shown(new: &New, expected: &Expected) {
    let Some((room, _)) = expected.rooms.iter().find(|(_, (_, title))| title == TITLE) else {
        return;
    };
    let server = Server::start(&new.database).await;
    let one = Device::signed_in(&server, "one").await;
    let seen = new.shown(&one, TITLE).await;
    let said = expected.messages[room]
        .iter()
        .map(|(_, author, text, _, is_deleted)| {
            let text = if *is_deleted || text == "-" { "" } else { text };
            (author.clone(), text.to_owned())
        });
    assert_eq!(seen, said.collect::<Vec<_>>());
}
