use std::sync::Arc;

use diesel::{QueryResult, SqliteConnection, sql_types::BigInt};
use domain::{Availability, Event, Profile, RoomId, StaffId};
use legacy::Audiences;
use ports::hub::Hub;

use crate::{sql::is_participant, statement::statement};

/// The transaction of a job, and what the job may do in it.
pub(crate) struct Work<'a> {
    pub(crate) connection: &'a mut SqliteConnection,
    pub(super) audiences: &'a Audiences,
    pub(super) news: &'a mut Vec<News>,
}

/// Something to tell once it is on the disk.
pub(super) enum News {
    Event(Arc<[StaffId]>, Box<Event>),
    Typing(Arc<[StaffId]>, RoomId, Profile, bool),
    Left(RoomId, StaffId),
    Said(StaffId, Option<Availability>),
    Afresh,
}

statement!(ParticipantsOf { room: i64 } -> BigInt = concat!(
    "SELECT p.user_id FROM chat_participants p JOIN users u ON u.id = p.user_id \
         JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL \
     WHERE p.room_id = ?1 AND ", is_participant!(),
));

impl Work<'_> {
    /// The doctors who take part in a room now, as far as this transaction has come.
    pub(crate) fn audience(&mut self, room: i64) -> QueryResult<Arc<[StaffId]>> {
        if let Some(audience) = self.audiences.get(room) {
            return Ok(audience);
        }
        let doctors: Vec<i64> = ParticipantsOf { room }.rows(self.connection)?;
        let audience: Arc<[StaffId]> = doctors.into_iter().map(StaffId::from).collect();
        self.audiences.put(room, audience.clone());
        Ok(audience)
    }

    /// The participants of a room have changed.
    pub(crate) fn forget_audience(&self, room: i64) {
        self.audiences.forget(room);
    }

    /// Tells the participants of a room, as they are now.
    pub(crate) fn tell(&mut self, room: i64, event: Event) -> QueryResult<()> {
        let audience = self.audience(room)?;
        self.tell_to(audience, event);
        Ok(())
    }

    /// Tells these doctors.
    pub(crate) fn tell_to(&mut self, audience: Arc<[StaffId]>, event: Event) {
        self.news.push(News::Event(audience, Box::new(event)));
    }

    /// Tells the participants of a room that one of them types, or stopped.
    pub(crate) fn tell_typing(
        &mut self,
        room: i64,
        doctor: Profile,
        typing: bool,
    ) -> QueryResult<()> {
        let audience = self.audience(room)?;
        self.news
            .push(News::Typing(audience, RoomId::from(room), doctor, typing));
        Ok(())
    }

    /// A doctor takes no part in a room any more.
    pub(crate) fn tell_left(&mut self, room: i64, doctor: i64) {
        let (room, doctor) = (RoomId::from(room), StaffId::from(doctor));
        self.news.push(News::Left(room, doctor));
    }

    /// Has everybody load their state afresh.
    pub(crate) fn tell_afresh(&mut self) {
        self.news.push(News::Afresh);
    }

    /// Tells everybody what a doctor says of being available.
    pub(crate) fn tell_said(&mut self, doctor: i64, availability: Option<Availability>) {
        let doctor = StaffId::from(doctor);
        self.news.push(News::Said(doctor, availability));
    }
}

impl News {
    pub(super) fn tell(self, hub: &Hub) {
        match self {
            Self::Event(audience, event) => hub.publish(audience.iter(), *event),
            Self::Typing(audience, room, doctor, typing) => {
                hub.typing(&room, &doctor, typing, &audience, std::time::Instant::now());
            }
            Self::Left(room, doctor) => hub.left(&room, &doctor),
            Self::Afresh => hub.resync_all(),
            Self::Said(doctor, availability) => hub.say(doctor, availability),
        }
    }
}
