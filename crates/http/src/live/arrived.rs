//! Delivered receipts: what has been handed to a signed-in browser of a doctor has arrived.

use std::{collections::HashMap, time::Duration};

use domain::{Doctor, Event, Message, MessageId, MessagePage, RoomId};
use ports::{Delivery, Signal};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use crate::app::MountContext;

/// How long a mark waits for those of later messages, which cover it. Nobody sees the difference, and in a busy
/// room it is one mark instead of hundreds.
const GATHERS: Duration = Duration::from_millis(90);

/// Marks that may wait to be taken in.
const WAITING: usize = 256;

/// Marks what passes through one live stream, behind it: the stream never waits for a mark.
pub(super) struct Arrivals {
    seen: Option<mpsc::Sender<(RoomId, MessageId)>>,
    doctor: Doctor,
}

impl Arrivals {
    pub(super) fn of(at: MountContext, doctor: Doctor) -> Self {
        if !at.chat.capabilities().delivered_receipts {
            return Self { seen: None, doctor };
        }
        let (seen, mut queue) = mpsc::channel(WAITING);
        let marking = doctor.clone();
        tokio::spawn(async move {
            while let Some(first) = queue.recv().await {
                for (room, message) in gathered(first, &mut queue).await {
                    mark(&at, &marking, &room, &message).await;
                }
            }
        });
        Self {
            seen: Some(seen),
            doctor,
        }
    }

    pub(super) fn note(&self, delivery: &Delivery) {
        let (Some(seen), Signal::Event(live)) = (&self.seen, &delivery.signal) else {
            return;
        };
        if let Event::MessagePosted(message) = live.event()
            && is_from_another(message, &self.doctor)
        {
            // A full queue drops the mark; the next message's mark covers this one.
            let _ = seen.try_send((message.room.clone(), message.id.clone()));
        }
    }
}

/// Gathers what comes within a moment: of each room only the newest, as a mark covers all before it.
async fn gathered(
    (room, message): (RoomId, MessageId),
    queue: &mut mpsc::Receiver<(RoomId, MessageId)>,
) -> HashMap<RoomId, MessageId> {
    let until = Instant::now() + GATHERS;
    let mut newest = HashMap::from([(room, message)]);
    let mut more = Vec::new();
    // A stream that has ended brings no more.
    while let Ok(1..) = timeout_at(until, queue.recv_many(&mut more, WAITING)).await {
        newest.extend(more.drain(..));
    }
    newest
}

/// Marks what a page of messages handed over, behind the answer.
pub(crate) fn with_page(at: &MountContext, doctor: &Doctor, page: &MessagePage) {
    let newest = page
        .messages
        .iter()
        .rfind(|message| is_from_another(message, doctor));
    if let Some(newest) = newest {
        with_message(at, doctor, newest);
    }
}

/// Marks what an answer with one message handed over, and with it all before it.
pub(crate) fn with_message(at: &MountContext, doctor: &Doctor, message: &Message) {
    if !is_from_another(message, doctor) || !at.chat.capabilities().delivered_receipts {
        return;
    }
    let (at, doctor) = (at.clone(), doctor.clone());
    let (room, message) = (message.room.clone(), message.id.clone());
    tokio::spawn(async move { mark(&at, &doctor, &room, &message).await });
}

fn is_from_another(message: &Message, doctor: &Doctor) -> bool {
    message.author.id != *doctor.id()
}

/// A mark that fails is made good by the next one, which covers it.
async fn mark(at: &MountContext, doctor: &Doctor, room: &RoomId, message: &MessageId) {
    if let Err(error) = at
        .chat
        .receipts()
        .mark_delivered(doctor, room, message)
        .await
    {
        tracing::debug!(kind = ?error.kind(), "a delivered mark was not stored");
    }
}
