use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use domain::{Doctor, Event, MessageId, ReceiptKind, RoomId};
use legacy::{room_key, staff_key, time};
use ports::{Error, PatientRefKey, Receipts, Result};

use crate::{
    error::Fault,
    messages::read,
    rooms::{Membership, tell_own},
    sql::now,
    statement::statement,
    store::Store,
    writer::Work,
};

statement!(
    MoveRead {
        room: i64,
        doctor: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_participants SET read_position = ?3, \
         delivered_position = max(coalesce(delivered_position, 0), ?3), \
         last_read_at = hims_laravel(?4), updated_at = hims_laravel(?4) \
     WHERE room_id = ?1 AND user_id = ?2"
);

statement!(
    MoveDelivered {
        room: i64,
        doctor: i64,
        position: i64
    } = "UPDATE chat_participants SET delivered_position = ?3 WHERE room_id = ?1 AND user_id = ?2"
);

statement!(
    /// The mark of the other application goes to the second before the message.
    MoveBack {
        room: i64,
        doctor: i64,
        position: i64,
        told: i64
    } = "UPDATE chat_participants SET read_position = ?3 - 1, told_position = ?4, \
         last_read_at = (SELECT hims_laravel(coalesce(m.sent_at, hims_micros(m.created_at), 0) - 1000000) \
             FROM chat_messages m WHERE m.room_id = ?1 AND m.position = ?3) \
     WHERE room_id = ?1 AND user_id = ?2"
);

statement!(KeepStep { room: i64, doctor: i64, kind: &'static str, position: i64, at: i64 } =
    "INSERT INTO chat_receipts (room_id, user_id, kind, position, at) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT DO NOTHING");

statement!(Target { room: i64, message: i64 } -> (BigInt, Nullable<BigInt>, Text, Bool) =
    "SELECT position, user_id, urgency, recalled_at IS NOT NULL OR deleted_at IS NOT NULL \
     FROM chat_messages WHERE id = ?2 AND room_id = ?1 AND position IS NOT NULL");

statement!(
    KeepAcknowledgement {
        message: i64,
        doctor: i64,
        at: i64
    } = "INSERT INTO chat_acknowledgements (message_id, user_id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
);

#[async_trait]
impl Receipts for Store {
    async fn mark_delivered(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        up_to: &MessageId,
    ) -> Result<()> {
        let who = MarkTarget::new(doctor, room, up_to)?;
        let key = self.key.clone();
        self.writer
            .write(move |work| mark(work, &key, &who, ReceiptKind::Delivered))
            .await
    }

    async fn mark_read(&self, doctor: &Doctor, room: &RoomId, up_to: &MessageId) -> Result<()> {
        let who = MarkTarget::new(doctor, room, up_to)?;
        let key = self.key.clone();
        self.writer
            .write(move |work| mark(work, &key, &who, ReceiptKind::Read))
            .await
    }

    async fn mark_unread(&self, doctor: &Doctor, room: &RoomId, from: &MessageId) -> Result<()> {
        let who = MarkTarget::new(doctor, room, from)?;
        let key = self.key.clone();
        self.writer
            .write(move |work| mark_unread(work, &key, &who))
            .await
    }

    async fn acknowledge(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<()> {
        let who = MarkTarget::new(doctor, room, message)?;
        let key = self.key.clone();
        self.writer
            .write(move |work| acknowledge(work, &key, &who))
            .await
    }
}

/// The doctor who marks something, and the room.
struct MarkTarget {
    room: i64,
    doctor: i64,
    message: i64,
}

impl MarkTarget {
    fn new(doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Self> {
        Ok(Self {
            room: room_key(room)?,
            doctor: staff_key(doctor)?,
            // An id that is no number names nothing; who is not in the room is told that first.
            message: message.as_i64().unwrap_or(-1),
        })
    }

    fn event(&self, kind: ReceiptKind, at: i64) -> Result<Event> {
        Ok(Event::Receipt {
            room: RoomId::from(self.room),
            message: MessageId::from(self.message),
            doctor: domain::StaffId::from(self.doctor),
            kind,
            at: time(at)?,
        })
    }
}

fn mark(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    who: &MarkTarget,
    kind: ReceiptKind,
) -> Result<(), Fault> {
    let membership = Membership::of(work.connection, who.room, who.doctor)?;
    let position = read::position(work.connection, who.room, who.message)?
        .ok_or_else(|| Error::not_found("message"))?;
    move_mark(work, key, who, &membership, (kind, position), now())
}

/// Marks only move forward, and only a mark that moves is stored and told. What the others were
/// told before is not told again: then only the doctor's own devices hear of it.
fn move_mark(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    who: &MarkTarget,
    membership: &Membership,
    (kind, position): (ReceiptKind, i64),
    at: i64,
) -> Result<(), Fault> {
    let (room, doctor) = (who.room, who.doctor);
    let read_moves = kind != ReceiptKind::Delivered && position > membership.read;
    let is_news = position > membership.told;
    let delivered_moves = position > membership.delivered;
    if delivered_moves {
        keep_step(work.connection, who, ReceiptKind::Delivered, position, at)?;
    }
    if read_moves {
        if is_news {
            keep_step(work.connection, who, ReceiptKind::Read, position, at)?;
        }
        let moved = MoveRead {
            room,
            doctor,
            position,
            at,
        };
        moved.run(work.connection)?;
        if is_news {
            work.tell(room, who.event(ReceiptKind::Read, at)?)?;
        } else {
            tell_own(work, key, room, doctor)?;
        }
    } else if delivered_moves {
        let moved = MoveDelivered {
            room,
            doctor,
            position,
        };
        moved.run(work.connection)?;
        work.tell(room, who.event(ReceiptKind::Delivered, at)?)?;
    }
    Ok(())
}

/// See [`Receipts::mark_unread`].
fn mark_unread(work: &mut Work<'_>, key: &PatientRefKey, who: &MarkTarget) -> Result<(), Fault> {
    let (room, doctor) = (who.room, who.doctor);
    let membership = Membership::of(work.connection, room, doctor)?;
    let position = read::position(work.connection, room, who.message)?
        .ok_or_else(|| Error::not_found("message"))?;
    if position > membership.read {
        return Ok(());
    }
    let back = MoveBack {
        room,
        doctor,
        position,
        told: membership.told,
    };
    back.run(work.connection)?;
    tell_own(work, key, room, doctor)
}

/// Moves the mark of somebody who read up to a message elsewhere, at `at`.
pub(crate) fn read_elsewhere(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    (room, doctor): (i64, i64),
    membership: &Membership,
    (message, position): (i64, i64),
    at: i64,
) -> Result<(), Fault> {
    let who = MarkTarget {
        room,
        doctor,
        message,
    };
    move_mark(
        work,
        key,
        &who,
        membership,
        (ReceiptKind::Read, position),
        at,
    )
}

fn keep_step(
    connection: &mut SqliteConnection,
    who: &MarkTarget,
    kind: ReceiptKind,
    position: i64,
    at: i64,
) -> Result<(), Fault> {
    let step = KeepStep {
        room: who.room,
        doctor: who.doctor,
        kind: kind.as_str(),
        position,
        at,
    };
    step.run(connection)?;
    Ok(())
}

/// See [`Receipts::acknowledge`].
fn acknowledge(work: &mut Work<'_>, key: &PatientRefKey, who: &MarkTarget) -> Result<(), Fault> {
    let membership = Membership::of(work.connection, who.room, who.doctor)?;
    let target = Target {
        room: who.room,
        message: who.message,
    };
    let target: Option<(i64, Option<i64>, String, bool)> = target.row(work.connection)?;
    let (position, author, urgency, is_recalled) =
        target.ok_or_else(|| Error::not_found("message"))?;
    let refusal = if author == Some(who.doctor) {
        Some("one's own message is not acknowledged")
    } else if is_recalled {
        Some("the message was recalled")
    } else if urgency != domain::Urgency::Urgent.as_str() {
        Some("only urgent messages are acknowledged")
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return Err(Error::conflict(refusal).into());
    }
    let at = now();
    let read = (ReceiptKind::Read, position);
    move_mark(work, key, who, &membership, read, at)?;
    let acknowledgement = KeepAcknowledgement {
        message: who.message,
        doctor: who.doctor,
        at,
    };
    if acknowledgement.run(work.connection)? > 0 {
        work.tell(who.room, who.event(ReceiptKind::Acknowledged, at)?)?;
    }
    Ok(())
}
