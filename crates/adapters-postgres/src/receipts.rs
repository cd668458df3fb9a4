pub(crate) mod marks;

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable};
use domain::{Doctor, MessageId, ReceiptKind, RoomId};
use legacy::{key, room_key, staff_key};
use ports::{Error, Receipts, Result};

use self::marks::Mark;
use crate::{
    live::wire::{ReceiptSignal, Signal},
    sql::takes_part,
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
        };
        self.marks.ask(mark).await?;
        self.marked.insert((room, doctor, is_read), message);
        Ok(())
    }
}
