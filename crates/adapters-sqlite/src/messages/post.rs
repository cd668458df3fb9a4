use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::{Attachment, Body, Doctor, Event, Message, MessageId, NewMessage, Receipts, RoomId};
use legacy::{FileRow, held, room_key, staff_key, time};
use ports::{Error, Posted, Result};

use super::{mentions, read};
use crate::{
    error::Fault,
    rooms::no_room,
    sql::{FileColumns, file_columns, is_participant, now},
    statement::{json_list, statement},
    writer::Work,
};

statement!(
    /// Facts needed before a message is stored, if its author takes part: the room's last position, an earlier message
    /// with the same client id, whether the reply is to this room.
    Before { room: i64, doctor: i64, client_id: String, reply_to: Option<i64> }
        -> (BigInt, Nullable<BigInt>, Bool, BigInt) = concat!(
    "SELECT r.last_position, \
        (SELECT m.id FROM chat_messages m WHERE m.room_id = ?1 AND m.user_id = ?2 AND m.client_id = ?3), \
        ?4 IS NULL OR EXISTS (SELECT 1 FROM chat_messages m \
            WHERE m.id = ?4 AND m.room_id = ?1 AND m.position IS NOT NULL), coalesce(r.hold_until, 0) \
     FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
     WHERE p.room_id = ?1 AND p.user_id = ?2 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ", is_participant!(),
));

statement!(Unsent { room: i64, doctor: i64, ids: String } -> FileColumns = concat!(
    "SELECT ", file_columns!(), " FROM json_each(?3) wanted \
     JOIN chat_attachments a ON a.id = wanted.value \
     WHERE a.room_id = ?1 AND a.user_id = ?2 AND a.message_id IS NULL ORDER BY a.id"));

statement!(
    Insert { room: i64, doctor: i64, text: Option<String>, kind: &'static str, reply_to: Option<i64>,
             at: i64, position: i64, client_id: String, urgency: &'static str, reason: Option<String>,
             has_mentions: bool } -> BigInt =
    "INSERT INTO chat_messages (room_id, user_id, message, type, reply_to_id, sent_at, position, \
         changed_position, client_id, urgency, urgent_reason, has_mentions, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, \
         hims_laravel(?6), hims_laravel(?6)) \
     RETURNING id"
);

statement!(
    Advance {
        room: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_rooms SET last_position = ?2, active_at = max(coalesce(active_at, 0), ?3) WHERE id = ?1"
);

statement!(
    Attach {
        message: i64,
        ids: String
    } = "UPDATE chat_attachments SET message_id = ?1 WHERE id IN (SELECT value FROM json_each(?2))"
);

/// A message on its way in.
pub(super) struct Post {
    room: i64,
    author: i64,
    doctor: Doctor,
    new: NewMessage,
    reply_to: Option<i64>,
    files: Vec<i64>,
}

impl Post {
    pub(super) fn new(doctor: &Doctor, room: &RoomId, new: &NewMessage) -> Result<Self> {
        let (room, author) = (room_key(room)?, staff_key(doctor)?);
        // An id that is no number names nothing here; -1 neither, so membership is told first.
        let reply_to = new.reply_to.as_ref().map(|id| id.as_i64().unwrap_or(-1));
        let ids = new.content.attachments().iter();
        let mut files: Vec<i64> = ids.map(|id| id.as_i64().unwrap_or(-1)).collect();
        files.sort_unstable();
        files.dedup();
        Ok(Self {
            room,
            author,
            doctor: doctor.clone(),
            new: new.clone(),
            reply_to,
            files,
        })
    }

    /// See [`ports::Messages::post`].
    pub(super) fn run(self, work: &mut Work<'_>) -> Result<Posted, Fault> {
        let before = Before {
            room: self.room,
            doctor: self.author,
            client_id: self.new.client_id.to_string(),
            reply_to: self.reply_to,
        };
        let before: Option<(i64, Option<i64>, bool, i64)> = before.row(work.connection)?;
        let Some((last_position, earlier, reply_is_here, hold_until)) = before else {
            return self.posted_before_it_moved(work);
        };
        if let Some(earlier) = earlier {
            return Ok(Posted {
                message: read::one(work.connection, self.room, self.author, Some(earlier))?,
                repeated: true,
            });
        }
        if hold_until > now() {
            return Err(held().into());
        }
        if !reply_is_here {
            return Err(Error::invalid("reply_to", "must name a message of this room").into());
        }
        let files = self.unsent_files(work.connection)?;
        let mentioned = mentions::check(work.connection, self.room, self.new.content.mentions())?;
        let room = self.room;
        let message = self.store(work.connection, last_position + 1, files, &mentioned)?;
        work.tell(room, Event::MessagePosted(message.clone()))?;
        Ok(Posted {
            message,
            repeated: false,
        })
    }

    /// The answer to a repeated send whose message was stored before the room moved: its sender must not be led to
    /// where the room is now and send it there again.
    fn posted_before_it_moved(self, work: &mut Work<'_>) -> Result<Posted, Fault> {
        let client_id = self.new.client_id.to_string();
        let earlier = read::earlier(work.connection, self.room, self.author, client_id)?;
        Ok(Posted {
            message: earlier.ok_or_else(no_room)?,
            repeated: true,
        })
    }

    fn unsent_files(&self, connection: &mut SqliteConnection) -> Result<Vec<Attachment>, Fault> {
        if self.files.is_empty() {
            return Ok(Vec::new());
        }
        let unsent = Unsent {
            room: self.room,
            doctor: self.author,
            ids: json_list(&self.files),
        };
        let found: Vec<FileRow> = unsent.rows(connection)?;
        if found.len() != self.files.len() {
            return Err(Error::invalid(
                "attachment_ids",
                "must name files that you uploaded to this room and did not send yet",
            )
            .into());
        }
        Ok(found
            .into_iter()
            .filter_map(FileRow::into_attachment)
            .collect())
    }

    fn store(
        self,
        connection: &mut SqliteConnection,
        position: i64,
        attachments: Vec<Attachment>,
        mentioned: &[i64],
    ) -> Result<Message, Fault> {
        let at = now();
        let text = self.new.content.text();
        let insert = Insert {
            room: self.room,
            doctor: self.author,
            text: text.map(|text| text.as_str().to_owned()),
            kind: if self.files.is_empty() {
                "text"
            } else {
                "file"
            },
            reply_to: self.reply_to,
            at,
            position,
            client_id: self.new.client_id.to_string(),
            urgency: self.new.urgency.as_str(),
            reason: self.new.reason().map(|reason| reason.as_str().to_owned()),
            has_mentions: !mentioned.is_empty(),
        };
        let id: Option<i64> = insert.row(connection)?;
        let id = id.ok_or_else(|| Error::internal("a new message has no id"))?;
        let advance = Advance {
            room: self.room,
            position,
            at,
        };
        advance.run(connection)?;
        if !self.files.is_empty() {
            let attach = Attach {
                message: id,
                ids: json_list(&self.files),
            };
            attach.run(connection)?;
        }
        mentions::add(connection, id, mentioned)?;
        Ok(Message {
            id: MessageId::from(id),
            room: RoomId::from(self.room),
            urgent_reason: self.new.reason().cloned(),
            mentions: self.new.content.mentions().to_vec(),
            client_id: Some(self.new.client_id),
            author: self.doctor.profile(),
            body: Body::Written {
                text: text.cloned(),
                attachments,
            },
            sent_at: time(at)?,
            sent_at_estimated: false,
            edited_at: None,
            reply_to: self.new.reply_to,
            urgency: self.new.urgency,
            receipts: Receipts::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn a_post_costs_the_same_however_long_the_history_is() {
        assert_eq!(Before::scanned(), [] as [&str; 0]);
        assert_eq!(Unsent::scanned(), ["wanted"]);
    }
}
