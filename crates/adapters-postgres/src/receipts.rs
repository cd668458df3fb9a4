pub(crate) mod marks;

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable};
use domain::{Doctor, MessageId, ReceiptKind, RoomId};
use legacy::{key, room_key, staff_key};
use ports::{Error, Receipts, Result};

use self::marks::Mark;
use crate::{
    live::wire::{OwnSignal, ReceiptSignal, Signal},
    sql::{once, takes_part},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// `$2` acknowledges message `$3` of room `$1`, if they may. Answers whether they take part, and
    /// of the message (nothing where there is none) whether it may be acknowledged by them; and
    /// when they did, if just now.
    AcknowledgeOnce(BigInt, BigInt, BigInt) -> (Bool, Nullable<Bool>, Nullable<BigInt>)
        = concat!("WITH target AS (
                SELECT id, urgency = 'urgent' AND user_id IS DISTINCT FROM $2 AND recalled_at IS NULL
                    AND deleted_at IS NULL AS may
                FROM chat_messages WHERE id = $3 AND room_id = $1 AND position IS NOT NULL
            ), done AS (
                INSERT INTO chat_acknowledgements (message_id, user_id, at)
                SELECT id, $2, now() FROM target WHERE may AND ", takes_part!("$1", "$2"), "
                ON CONFLICT DO NOTHING RETURNING at
            )
            SELECT ", takes_part!("$1", "$2"), ", (SELECT may FROM target), (SELECT hims_micros(at) FROM done)");
}

statement! {
    /// `$2`'s own mark in room `$1` goes back to before message `$3`; that of the other application
    /// to the second before it. Answers whether they take part, whether there is such a message, and
    /// whether the mark moved.
    MoveBack(BigInt, BigInt, BigInt) -> (Bool, Bool, Bool)
        = concat!("WITH target AS (
                SELECT position, coalesce(sent_at, now()) AS at
                FROM chat_messages WHERE id = $3 AND room_id = $1 AND position IS NOT NULL
            ), moved AS (
                UPDATE chat_participants p SET read_position = target.position - 1,
                    told_position = greatest(p.told_position, p.read_position),
                    last_read_at = hims_laravel(target.at - interval '1 second')
                FROM target WHERE p.room_id = $1 AND p.user_id = $2 AND p.left_at IS NULL
                    AND target.position <= p.read_position AND ", once!(), " AND ", takes_part!("$1", "$2"), "
                RETURNING p.id
            )
            SELECT ", takes_part!("$1", "$2"), ", EXISTS (SELECT FROM target), EXISTS (SELECT FROM moved)");
}

#[async_trait]
impl Receipts for Store {
    async fn mark_delivered(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        up_to: &MessageId,
    ) -> Result<()> {
        self.mark(doctor, room, up_to, false).await
    }

    async fn mark_read(&self, doctor: &Doctor, room: &RoomId, up_to: &MessageId) -> Result<()> {
        self.mark(doctor, room, up_to, true).await
    }

    async fn mark_unread(&self, doctor: &Doctor, room: &RoomId, from: &MessageId) -> Result<()> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(from.as_i64(), "message")?;
        let mut connection = self.pool.get().await?;
        let query = MoveBack::with((room, doctor, message));
        let row: Option<(bool, bool, bool)> = connection.first(query).await?;
        match row {
            Some((true, true, true)) => {
                self.marked.invalidate(&(room, doctor, true));
                self.announcer
                    .signal(Signal::Own(OwnSignal { room, doctor }));
                Ok(())
            }
            Some((true, true, false)) => Ok(()),
            Some((true, false, _)) => Err(Error::not_found("message")),
            _ => Err(Error::not_found("room")),
        }
    }

    async fn acknowledge(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<()> {
        let (room_number, id) = (room_key(room)?, staff_key(doctor)?);
        let number = key(message.as_i64(), "message")?;
        let mut connection = self.pool.get().await?;
        let query = AcknowledgeOnce::with((room_number, id, number));
        let row: Option<(bool, Option<bool>, Option<i64>)> = connection.first(query).await?;
        drop(connection);
        let done = match row {
            Some((true, Some(true), done)) => done,
            Some((true, Some(false), _)) => {
                return Err(Error::conflict(
                    "only an urgent message of a colleague is acknowledged",
                ));
            }
            Some((true, None, _)) => return Err(Error::not_found("message")),
            _ => return Err(Error::not_found("room")),
        };
        if let Some(at) = done {
            self.announcer.signal(Signal::Receipt(ReceiptSignal {
                room: room_number,
                message: number,
                doctor: id,
                kind: ReceiptKind::Acknowledged,
                at,
            }));
        }
        self.mark(doctor, room, message, true).await
    }
}

impl Store {
    async fn mark(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        up_to: &MessageId,
        is_read: bool,
    ) -> Result<()> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(up_to.as_i64(), "message")?;
        // Every tab of a doctor marks what it shows, so most marks are repetitions.
        let is_marked = self.marked.get(&(room, doctor, is_read)) == Some(message);
        if is_marked && self.standings.get(room, doctor).is_some() {
            return Ok(());
        }
        let mark = Mark {
            room,
            doctor,
            message,
            is_read,
            elsewhere: None,
        };
        self.marks.ask(mark).await?;
        self.marked.insert((room, doctor, is_read), message);
        Ok(())
    }
}
