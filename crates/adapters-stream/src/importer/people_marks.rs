//! Delivery and read marks of each participant, gathered while the messages of a room pass by.

use std::collections::HashMap;

use domain::{MessageId, ReceiptKind, StaffId};
use jiff::Timestamp;
use ports::{MessageRecord, RoomRecord};

use crate::{client::Custom, marks};

/// Positions up to which somebody has got or read messages, and the time of each step.
type Steps = Vec<(i64, Timestamp)>;

/// The marks of one room's participants.
pub(super) struct PeopleMarks {
    of: HashMap<StaffId, Own>,
}

#[derive(Default)]
struct Own {
    read: Steps,
    delivered: Steps,
    /// The message up to which they count as having read for themself, and its place. Without one
    /// they have read nothing.
    through: Option<(MessageId, Option<i64>)>,
}

impl PeopleMarks {
    pub(super) fn new(room: &RoomRecord) -> Self {
        let own = |through: &Option<MessageId>| Own {
            through: through.clone().map(|id| (id, None)),
            ..Own::default()
        };
        let people = room.participants.iter();
        Self {
            of: people
                .map(|(one, through)| (one.doctor.id.clone(), own(through)))
                .collect(),
        }
    }

    /// Takes the marks of a message that stands at `created_at` there.
    pub(super) fn pass(&mut self, record: &MessageRecord, created_at: Timestamp) {
        let position = marks::nanoseconds(created_at);
        let message = &record.message;
        for mark in &message.receipts.read {
            if let Some(own) = self.of.get_mut(&mark.doctor) {
                step(&mut own.read, position, mark.at);
            }
        }
        for mark in &message.receipts.delivered {
            if let Some(own) = self.of.get_mut(&mark.doctor) {
                step(&mut own.delivered, position, mark.at);
            }
        }
        for own in self.of.values_mut() {
            if let Some((id, place)) = &mut own.through
                && *id == message.id
            {
                *place = Some(position);
            }
        }
    }

    /// The marks that Stream keeps of a participant who joined then; `now` is used for a mark whose
    /// time is not known.
    pub(super) fn custom(&self, doctor: &StaffId, joined: Timestamp, now: Timestamp) -> Custom {
        let Some(own) = self.of.get(doctor) else {
            return Custom::new();
        };
        let through = own.through.as_ref().and_then(|(_, place)| *place);
        let mut read = own.read.clone();
        let furthest = |read: &Steps| {
            let read = read.last().map_or(i64::MIN, |(position, _)| *position);
            read.max(marks::nanoseconds(joined))
        };
        if let Some(through) = through.filter(|through| *through > furthest(&read)) {
            read.push((through, now));
        }
        let mut custom = Custom::new();
        custom.extend(marks::fields(ReceiptKind::Read, &read));
        custom.extend(marks::fields(ReceiptKind::Delivered, &own.delivered));
        // Less than others were told, or than who joins here counts as having read.
        let own = through.unwrap_or(0);
        if own < furthest(&read) {
            custom.extend(
                marks::own_mark(own)
                    .as_object()
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        custom
    }

    /// Up to when everything is read, for Stream's own count.
    pub(super) fn last_read(&self, doctor: &StaffId, joined: Timestamp) -> Timestamp {
        let own = self.of.get(doctor);
        let through = own.and_then(|own| own.through.as_ref()?.1);
        let read = own.and_then(|own| Some(own.read.last()?.0));
        let place = through.or(read);
        place
            .and_then(|place| Timestamp::from_nanosecond(place.into()).ok())
            .unwrap_or(joined)
    }
}

/// Messages that were read at once carry one time: the last of them is where the mark stands.
fn step(steps: &mut Steps, position: i64, at: Timestamp) {
    match steps.last_mut() {
        Some(last) if last.1 == at => last.0 = position,
        _ => steps.push((position, at)),
    }
}
