//! Marks of reading that follow from the messages.

use jiff::Timestamp;
use ports::adoption::Read;

use super::{
    Classifier, Judged,
    author::Author,
    place::{Made, Place},
    stamp::Seen,
    unread,
};
use crate::{Part, Reason, Row, mapping::RowIs, record::Record};

impl Classifier {
    /// Judges the read mark on the message itself: in a direct room the other person read it; in a
    /// group it names nobody.
    pub(super) fn was_read(
        &mut self,
        row: &Row,
        (key, room): (&str, &str),
        other: Option<String>,
        sent: Timestamp,
        judged: &mut Judged,
    ) {
        let seen = Seen::of_message(self.mapping.part(Part::Messages), row, self.now);
        if let Seen::Unsure(stamp) = &seen {
            judged.found(Reason::ReadSometime, stamp);
        }
        if seen != Seen::Read {
            if let (true, Some(user)) = (seen != Seen::Unsaid, other) {
                let sent = self.at_the_earliest(row, sent);
                self.facts.unread.note(room.to_owned(), user, sent);
            }
            return;
        }
        let stamp = row.word("read_at");
        let Some(user) = other else {
            judged.found(Reason::ReadBySomeone, stamp.unwrap_or_default());
            return;
        };
        if self.facts.unread.is_before(room, &user, sent) {
            judged.found(Reason::ReadAfterUnread, stamp.unwrap_or_default());
            return;
        }
        let mut at = self.time(row, "read_at");
        if at.is_some_and(|at| at < sent) {
            judged.found(Reason::ReadBeforeSent, stamp.unwrap_or_default());
            at = Some(sent);
        }
        judged.0.records.push(Record::Read(Read {
            message: key.to_owned(),
            user,
            at,
        }));
    }

    /// Notes who has no row for a message in a table of those that were read, though they have one for another message
    /// of its room.
    pub(super) fn without_row(
        &mut self,
        row: &Row,
        key: &str,
        place: &Place,
        author: &Author,
        sent: Timestamp,
    ) {
        let Some(reads) = self.mapping.part(Part::Reads) else {
            return;
        };
        // Where some rows say that a message was not read, what has no row was for nobody to read.
        let is_silent = reads.has("read") && self.facts.read.has_unread;
        if reads.row_is() == RowIs::LastMessage || is_silent {
            return;
        }
        let room = unread::room_of(&self.mapping, row);
        let earliest = self.at_the_earliest(row, sent);
        for user in self.facts.read.without_row(&room, key) {
            let is_for = match (&place.made, author) {
                (_, Author::User(author)) if *author == user => false,
                (Some(Made::Pair(one, other)), _) => *one == user || *other == user,
                _ => self.facts.was_for(&place.room, &user, sent),
            };
            if is_for {
                self.facts.unread.note(room.clone(), user, earliest);
            }
        }
    }

    /// The time of a message as rows about it have it, where its place in a repeated hour made it later.
    fn at_the_earliest(&self, row: &Row, sent: Timestamp) -> Timestamp {
        let own = self.time(row, "created_at");
        own.map_or(sent, |own| own.min(sent))
    }
}
