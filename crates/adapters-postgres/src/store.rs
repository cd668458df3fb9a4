use std::sync::Arc;

use diesel::sql_types::{BigInt, Bool};
use domain::Standing;
use legacy::Files;
use ports::{Error, PatientRefKey, Result, hub::Hub};

use crate::{
    audit::Entries,
    live::Announcer,
    messages::{change::TakesPart, post::Posts},
    pool::Pool,
    queue::Queue,
    receipts::marks::{Marked, Marks},
    standings::Standings,
    statement::{Statement, statement},
};

/// One instance of the chat on one database. Every port is implemented on it, in the file of the
/// port's name.
pub(crate) struct Store {
    pub(crate) pool: Pool,
    pub(crate) key: PatientRefKey,
    pub(crate) files: Files,
    pub(crate) hub: Arc<Hub>,
    pub(crate) announcer: Announcer,
    pub(crate) standings: Arc<Standings>,
    pub(crate) posts: Vec<Queue<Posts>>,
    pub(crate) marks: Queue<Marks>,
    pub(crate) marked: Marked,
    pub(crate) audit: Queue<Entries>,
}

statement! {
    /// How user `$2` stands to room `$1`: taking part, and in a direct room. Of a room that moved too:
    /// who may know of it is led to where it is now.
    Stands(BigInt, BigInt) -> (Bool, Bool)
        = concat!("SELECT ", crate::sql::takes_part!("$1", "$2", ""), ", r.type = 'private' AND r.patient_id IS NULL
            FROM chat_participants p JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL
            WHERE p.room_id = $1 AND p.user_id = $2");

    /// Only a write tells that writes are possible: a server in recovery, read-only or with a full disk is
    /// read all the same.
    SignOfLife() -> ()
        = "INSERT INTO hims_settings (name, value) VALUES ('sign_of_life', now()::text)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

impl Store {
    /// The queue of a room's posts: always the same, so that its posts meet in one batch.
    pub(crate) fn posts_of(&self, room: i64) -> &Queue<Posts> {
        let shard = room.unsigned_abs() % self.posts.len() as u64;
        &self.posts[usize::try_from(shard).unwrap_or(0)]
    }

    /// Asks the database whether a doctor takes part in a room now.
    ///
    /// # Errors
    /// `NotFound` when not.
    pub(crate) async fn check_participant(&self, room: i64, doctor: i64) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let takes_part = connection.first(TakesPart::with((room, doctor))).await?;
        match takes_part {
            Some(true) => Ok(()),
            _ => Err(Error::not_found("room")),
        }
    }

    /// How a doctor stands to a room; that they take part may be two seconds old.
    pub(crate) async fn stands(&self, room: i64, doctor: i64) -> Result<Standing> {
        if let Some(standing) = self.standings.get(room, doctor) {
            return Ok(standing);
        }
        let mut connection = self.pool.get().await?;
        let row: Option<(bool, bool)> = connection.first(Stands::with((room, doctor))).await?;
        let standing = match row {
            None => Standing::Outsider,
            Some((false, _)) => Standing::Former,
            Some((true, true)) => Standing::Partner,
            Some((true, false)) => Standing::Participant,
        };
        self.standings.put(room, doctor, standing);
        Ok(standing)
    }
}

#[async_trait::async_trait]
impl ports::Health for Store {
    async fn check(&self) -> Result<()> {
        let mut connection = self.pool.get().await?;
        connection.run(SignOfLife::with(())).await.map(drop)
    }
}
