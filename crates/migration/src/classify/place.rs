//! The room that a message belongs to.

use super::{
    Classifier, Judged,
    author::{Author, nobody},
    facts,
    keys::Key,
};
use crate::{Reason, Row, record::Record};

/// The room that a message belongs to.
pub(super) struct Place {
    pub(super) room: String,
    /// The other participant of a direct room.
    pub(super) other: Option<String>,
    /// A room that no table has, to be made with this message.
    pub(super) made: Option<Made>,
}

/// The beginnings of the keys of rooms that messages only name, and of rooms that are gone.
pub(super) const NAMED: &str = "named";
pub(super) const RECOVERED: &str = "recovered";

pub(super) enum Made {
    /// The conversation of two, by what the messages say.
    Pair(String, String),
    /// A room that is nothing but a word on the messages.
    Named(String),
    /// A room that is gone.
    Recovered(String),
}

impl Classifier {
    pub(super) fn place(&self, row: &Row, author: &Author, judged: &mut Judged) -> Option<Place> {
        let sender = match author {
            Author::User(user) => Some(user.as_str()),
            _ => None,
        };
        match (row.word("room"), &self.facts.rooms) {
            (Some(room), Some(rooms)) => {
                let Some(fact) = rooms.get(&room) else {
                    judged.found(Reason::RoomMissing, room.clone());
                    return Some(Place {
                        room: Key::of_room(RECOVERED, &room).key,
                        other: None,
                        made: Some(Made::Recovered(room)),
                    });
                };
                // Of what somebody else said there, nobody knows which of the two it was read by.
                let other = fact.pair().and_then(|(one, other)| match sender {
                    Some(sender) if sender == one => Some(other),
                    Some(sender) if sender == other => Some(one),
                    _ => None,
                });
                Some(Place {
                    room,
                    other,
                    made: None,
                })
            }
            // The rooms are nothing but words on the messages.
            (Some(room), None) => Some(Place {
                room: Key::of_room(NAMED, &room).key,
                made: Some(Made::Named(room)),
                other: None,
            }),
            (None, _) => self.pair(author, self.receiver(row, judged)?, judged),
        }
    }

    /// The room of two people whom nothing but their messages knows. Who is no user, or no more, is in it as
    /// somebody who cannot sign in.
    fn pair(&self, author: &Author, receiver: Author, judged: &mut Judged) -> Option<Place> {
        let key = |of: &Author| match of {
            Author::System => None,
            Author::User(key) | Author::Nobody { key, .. } => Some(key.clone()),
        };
        let (sender, other) = (key(author)?, key(&receiver)?);
        let (low, high) = facts::sorted(&sender, &other);
        let is_user = matches!(receiver, Author::User(_));
        if let Author::Nobody { key, name } = receiver {
            judged.0.records.push(Record::User(nobody(key, name)));
        }
        Some(Place {
            room: format!("pair:{low}:{high}"),
            made: Some(Made::Pair(low, high)),
            other: Some(other).filter(|_| is_user),
        })
    }
}
