use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::sql_types::{Array, BigInt, Bool};
use domain::{Event, Presence, Profile, RoomId, StaffId, StaffMember};
use legacy::{Audiences, StaffRow};
use moka::sync::Cache;
use ports::{PatientRefKey, Result, hub::Hub};

use crate::{
    availabilities,
    live::{
        presence,
        wire::{MembershipSignal, OwnSignal, ReceiptSignal, ReceiptsSignal, Signal, TypingSignal},
    },
    pool::Pool,
    receipts::marks::Marked,
    rooms,
    sql::is_doctor,
    staff_directory::FindStaff,
    standings::Standings,
    statement::{Statement, statement},
};

statement! {
    /// The participants of the rooms `$1`.
    AudiencesOf(Array<BigInt>) -> (BigInt, Array<BigInt>)
        = concat!("SELECT p.room_id, array_agg(DISTINCT p.user_id) FROM chat_participants p
            JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
            JOIN users u ON u.id = p.user_id AND ", is_doctor!("u"), "
            WHERE p.room_id = ANY ($1) AND p.left_at IS NULL GROUP BY p.room_id");
}

statement! {
    /// Whether `$2` is a doctor; of a room `$1` that was moved to the other chat nothing is news.
    IsNews(BigInt, BigInt) -> Bool
        = concat!("SELECT coalesce(", is_doctor!("u"), ", false) AND NOT EXISTS (SELECT FROM chat_rooms r
                WHERE r.id = $1 AND r.moved_at IS NOT NULL) FROM users u WHERE u.id = $2");
}

/// Tells events to those they are for.
pub(crate) struct Publisher {
    pub(crate) pool: Pool,
    pub(crate) hub: Arc<Hub>,
    pub(crate) audiences: Audiences,
    pub(crate) standings: Arc<Standings>,
    pub(crate) key: PatientRefKey,
    /// The last mark of each doctor.
    pub(crate) marked: Marked,
    /// Names beside "… is typing", for a minute.
    pub(crate) profiles: Cache<i64, Profile>,
}

impl Publisher {
    pub(crate) fn new(
        pool: Pool,
        hub: Arc<Hub>,
        standings: Arc<Standings>,
        key: PatientRefKey,
        marked: Marked,
    ) -> Self {
        let profiles = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(Duration::from_secs(60));
        Self {
            pool,
            hub,
            audiences: Audiences::default(),
            standings,
            key,
            marked,
            profiles: profiles.build(),
        }
    }

    /// Loads in one query who is in those of the rooms that are not remembered.
    pub(super) async fn know_audiences(&self, rooms: BTreeSet<i64>) -> Result<()> {
        let unknown: Vec<i64> = rooms
            .into_iter()
            .filter(|room| self.audiences.get(*room).is_none())
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let mut connection = self.pool.get().await?;
        let query = AudiencesOf::with((unknown.as_slice(),));
        let rows: Vec<(i64, Vec<i64>)> = connection.all(query).await?;
        for (room, doctors) in rows {
            self.audiences
                .put(room, doctors.into_iter().map(StaffId::from).collect());
        }
        Ok(())
    }

    async fn audience(&self, room: i64) -> Result<Arc<[StaffId]>> {
        if let Some(known) = self.audiences.get(room) {
            return Ok(known);
        }
        self.know_audiences(BTreeSet::from([room])).await?;
        Ok(self.audiences.get(room).unwrap_or_else(|| Arc::from([])))
    }

    /// Publishes an event of a room to its participants.
    pub(super) async fn event(&self, room: i64, event: Event) -> Result<()> {
        match &event {
            Event::ParticipantAdded { doctor, .. } => {
                self.audiences.forget(room);
                let audience = self.audience(room).await?;
                if let Some(key) = doctor.id.as_i64()
                    && audience.contains(&doctor.id)
                {
                    let mut connection = self.pool.get().await?;
                    if let Some(found) = rooms::find(&mut connection, key, room, &self.key).await? {
                        self.hub.publish([&doctor.id], Event::Room(found));
                    }
                }
                self.hub.publish(audience.iter(), event);
            }
            Event::ParticipantRemoved { doctor, .. } => {
                self.audiences.forget(room);
                if let Some(key) = doctor.id.as_i64() {
                    self.standings.forget(room, key);
                }
                let audience = self.audience(room).await?;
                let removed = doctor.id.clone();
                let others = audience.iter().filter(|other| **other != removed);
                self.hub.publish(others.chain([&removed]), event.clone());
                if !audience.contains(&removed) {
                    self.hub.left(&RoomId::from(room), &removed);
                }
            }
            _ => self.hub.publish(self.audience(room).await?.iter(), event),
        }
        Ok(())
    }

    /// Publishes what is not kept. What cannot be told now is not told later.
    pub(super) async fn signal(&self, signal: Signal) {
        let _ = match signal {
            Signal::Typing(typing) => self.typing(typing).await,
            Signal::Receipt(receipt) => self.receipt(receipt).await,
            Signal::Receipts(receipts) => self.receipts(receipts).await,
            Signal::Own(own) => self.own(own).await,
            Signal::Membership(changed) => {
                let doctor = StaffId::from(changed.doctor);
                let told = self.membership(changed).await;
                if told.is_err() {
                    self.hub.resync(&doctor);
                }
                told
            }
            Signal::Room(room) => self.room(room).await,
            // The tail's own matter.
            Signal::Afresh => Ok(()),
            Signal::Said(doctor) => availabilities::tell(&self.pool, &self.hub, doctor).await,
            Signal::Presence(told) => {
                let Ok(last_seen) = legacy::time(told.last_seen) else {
                    return;
                };
                let presence = Presence {
                    doctor: StaffId::from(told.doctor),
                    online: told.online,
                    last_seen: Some(last_seen),
                };
                presence::tell(&self.pool, &self.hub, told.doctor, presence).await
            }
        };
    }

    async fn typing(&self, told: TypingSignal) -> Result<()> {
        let audience = self.audience(told.room).await?;
        if !audience.contains(&StaffId::from(told.doctor)) {
            return Ok(());
        }
        if let Some(doctor) = self.profile(told.doctor).await? {
            let room = RoomId::from(told.room);
            self.hub
                .typing(&room, &doctor, told.typing, &audience, Instant::now());
        }
        Ok(())
    }

    async fn receipt(&self, told: ReceiptSignal) -> Result<()> {
        let event = Event::Receipt {
            room: RoomId::from(told.room),
            message: told.message.into(),
            doctor: told.doctor.into(),
            kind: told.kind,
            at: legacy::time(told.at)?,
        };
        self.hub
            .publish(self.audience(told.room).await?.iter(), event);
        Ok(())
    }

    async fn receipts(&self, told: ReceiptsSignal) -> Result<()> {
        let event = Event::Receipts {
            room: RoomId::from(told.room),
            message: told.message.into(),
            doctors: told.doctors.into_iter().map(StaffId::from).collect(),
            kind: told.kind,
            at: legacy::time(told.at)?,
        };
        self.hub
            .publish(self.audience(told.room).await?.iter(), event);
        Ok(())
    }

    /// A doctor's devices get the room anew, and what was read last may be read again.
    async fn own(&self, own: OwnSignal) -> Result<()> {
        self.marked.invalidate(&(own.room, own.doctor, true));
        let mut connection = self.pool.get().await?;
        let room = rooms::find(&mut connection, own.doctor, own.room, &self.key).await?;
        if let Some(room) = room {
            self.hub.publish([&own.doctor.into()], Event::Room(room));
        }
        Ok(())
    }

    /// Tells what the table says now of a doctor's place in a room.
    async fn membership(&self, changed: MembershipSignal) -> Result<()> {
        let MembershipSignal { room, doctor } = changed;
        self.audiences.forget(room);
        self.standings.forget(room, doctor);
        let audience = self.audience(room).await?;
        let id = StaffId::from(doctor);
        let concerned = || audience.iter().chain([&id]);
        if !concerned().any(|one| self.hub.is_connected(one)) {
            return Ok(());
        }
        let mut connection = self.pool.get().await?;
        let is_news: Option<bool> = connection.first(IsNews::with((room, doctor))).await?;
        drop(connection);
        let Some(profile) = self
            .profile(doctor)
            .await?
            .filter(|_| is_news == Some(true))
        else {
            return Ok(());
        };
        let takes_part = audience.contains(&id);
        let (room_id, doctor) = (RoomId::from(room), profile);
        let event = if takes_part {
            Event::ParticipantAdded {
                room: room_id,
                doctor,
            }
        } else {
            Event::ParticipantRemoved {
                room: room_id,
                doctor,
            }
        };
        self.event(room, event).await
    }

    /// Those who take part and are connected here get the room anew.
    async fn room(&self, room: i64) -> Result<()> {
        self.audiences.forget(room);
        for id in self.audience(room).await?.iter() {
            if let Some(doctor) = id.as_i64().filter(|_| self.hub.is_connected(id)) {
                let mut connection = self.pool.get().await?;
                if let Some(found) = rooms::find(&mut connection, doctor, room, &self.key).await? {
                    self.hub.publish([id], Event::Room(found));
                }
            }
        }
        Ok(())
    }

    async fn profile(&self, doctor: i64) -> Result<Option<Profile>> {
        if let Some(known) = self.profiles.get(&doctor) {
            return Ok(Some(known));
        }
        let mut connection = self.pool.get().await?;
        let row: Option<StaffRow> = connection.first(FindStaff::with((vec![doctor],))).await?;
        let profile = row.map(StaffMember::from).map(|member| Profile {
            id: member.id,
            name: member.name.into(),
            specialty: member.specialty.map(Into::into),
            grade: member.grade.map(Into::into),
        });
        if let Some(profile) = &profile {
            self.profiles.insert(doctor, profile.clone());
        }
        Ok(profile)
    }
}
