use std::sync::Arc;

use domain::Standing;
use legacy::Files;
use ports::{AuditKey, Error, PatientRefKey, Result, hub::Hub};

use crate::{
    audit::{Entries, sends::Sends},
    live::Announcer,
    messages::{change::TakesPart, post::Posts},
    pool::Pool,
    queue::Queue,
    receipts::marks::{Marked, Marks},
    standings::{Standings, Stands},
    statement::{Statement, statement},
};

/// One instance of the chat on one database. Every port is implemented on it, in the file of the
/// port's name.
pub(crate) struct Store {
    pub(crate) pool: Pool,
    pub(crate) searches: Pool,
    pub(crate) key: PatientRefKey,
    pub(crate) audit_key: AuditKey,
    pub(crate) files: Files,
    pub(crate) hub: Arc<Hub>,
    pub(crate) announcer: Announcer,
    pub(crate) standings: Arc<Standings>,
    pub(crate) stands: Queue<Stands>,
    pub(crate) posts: Vec<Queue<Posts>>,
    pub(crate) marks: Queue<Marks>,
    pub(crate) marked: Marked,
    pub(crate) audit: Queue<Entries>,
    pub(crate) sends: Sends,
}

statement! {
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
        let standing = self.stands.ask((room, doctor)).await?;
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
