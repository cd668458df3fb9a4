mod files;
mod messages;
mod notes;
mod participants;
mod reads;
mod renamed;
mod rooms;
mod settle;
mod taking_back;
mod users;

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::RoomId;
use legacy::{room_key, time};
use ports::{
    Adoption, Error, Result,
    adoption::{
        Batch, BroughtRoom, File, Kept, KeptFile, KeptMessage, KeptUser, Known, TableOf, TakenRest,
    },
};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    KnownEmails(Array<Text>) -> Text
        = "SELECT DISTINCT lower(email) FROM users WHERE deleted_at IS NULL AND lower(email) = ANY ($1)";

    KnownMrns(Array<Text>) -> Text
        = "SELECT DISTINCT mrn::text FROM patients WHERE mrn = ANY ($1) AND (deleted_at IS NULL
            OR EXISTS (SELECT FROM hims_merged_records g WHERE g.patient_id = patients.id))";

    KeptFiles(Text, Array<Text>) -> (Text, Bool)
        = "SELECT key, said IS NOT NULL FROM hims_adopted_ids WHERE source = $1 AND part = 'files' AND key = ANY ($2)";

    KeptUsers(Text, Array<Text>) -> (Text, Text, Text)
        = "SELECT i.key, lower(u.email)::text, u.name::text FROM hims_adopted_ids i JOIN users u ON u.id = i.id \
           WHERE i.source = $1 AND i.part = 'users' AND i.key = ANY ($2)";

    KeptMessages(Text, Array<Text>) -> (Text, BigInt)
        = "SELECT i.key, hims_micros(m.sent_at) FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
           WHERE i.source = $1 AND i.part = 'messages' AND i.key = ANY ($2) AND hims_micros(m.sent_at) IS NOT NULL";

    KeptTables(Text) -> (Text, Text)
        = "SELECT part, name FROM hims_adopted_tables WHERE source = $1";

    /// Source `$1`, part `$2`, table `$3`.
    KeepTable(Text, Text, Text) -> ()
        = "INSERT INTO hims_adopted_tables (source, part, name) VALUES ($1, $2, $3)
            ON CONFLICT (source, part) DO UPDATE SET name = excluded.name";

    /// The id that key `$3` of part `$2` got here.
    FindId(Text, Text, Text) -> BigInt
        = "SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = $2 AND key = $3";

    KeepId(Text, Text, Text, BigInt) -> ()
        = "INSERT INTO hims_adopted_ids (source, part, key, id) VALUES ($1, $2, $3, $4)";

    /// Keeps what key `$3` of part `$2` became, `$4`, and what its row says.
    SayId(Text, Text, Text, BigInt, Nullable<Text>) -> ()
        = "INSERT INTO hims_adopted_ids (source, part, key, id, said) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (source, part, key) DO UPDATE SET id = excluded.id, said = excluded.said";

    /// Makes those who adopt wait for each other.
    LockAdoption() -> () = "SELECT pg_advisory_xact_lock(hashtextextended('hims adoption', 0))";
}

/// The tables begin empty and grow faster than their statistics, so a join planned for few rows would
/// read ever more of them. Everything here is found by a key; keys of the source by a subquery each,
/// which can only be answered by the index.
const BY_INDEX: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off";

#[async_trait]
impl Adoption for Store {
    async fn known(&self, emails: &[String], mrns: &[String]) -> Result<Known> {
        let mut connection = self.pool.get().await?;
        let emails: Vec<String> = connection.all(KnownEmails::with((emails,))).await?;
        let mrns: Vec<String> = connection.all(KnownMrns::with((mrns,))).await?;
        Ok(Known {
            emails: emails.into_iter().collect(),
            mrns: mrns.into_iter().collect(),
        })
    }

    async fn kept_files(
        &self,
        source: &str,
        keys: &[String],
    ) -> Result<BTreeMap<String, KeptFile>> {
        let mut connection = self.pool.get().await?;
        let kept: Vec<(String, bool)> = connection.all(KeptFiles::with((source, keys))).await?;
        let kept = kept.into_iter();
        Ok(kept.map(|(key, is)| (key, KeptFile::is(is))).collect())
    }

    async fn kept_users(&self, source: &str, keys: &[String]) -> Result<Vec<KeptUser>> {
        let mut connection = self.pool.get().await?;
        let kept: Vec<(String, String, String)> =
            connection.all(KeptUsers::with((source, keys))).await?;
        let user = |(key, email, name)| KeptUser { key, email, name };
        Ok(kept.into_iter().map(user).collect())
    }

    async fn kept_messages(&self, source: &str, keys: &[String]) -> Result<Vec<KeptMessage>> {
        let mut connection = self.pool.get().await?;
        let kept: Vec<(String, i64)> = connection.all(KeptMessages::with((source, keys))).await?;
        kept.into_iter()
            .map(|(key, sent_at)| {
                let sent_at = time(sent_at)?;
                Ok(KeptMessage { key, sent_at })
            })
            .collect()
    }

    async fn kept_tables(&self, source: &str) -> Result<BTreeMap<String, String>> {
        let mut connection = self.pool.get().await?;
        let kept: Vec<(String, String)> = connection.all(KeptTables::with((source,))).await?;
        Ok(kept.into_iter().collect())
    }

    async fn keep(&self, source: &str, batch: Batch) -> Result<Kept> {
        let mut transaction = self.pool.begin().await?;
        let kept = keep(&mut transaction, source, batch).await;
        transaction.end(kept).await
    }

    async fn keep_file(&self, source: &str, file: File) -> Result<bool> {
        files::keep(self, source, file).await
    }

    async fn settle(&self) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let more = settle::next(&mut transaction).await;
        transaction.end(more).await
    }

    async fn sources(&self) -> Result<Vec<String>> {
        taking_back::sources(&mut self.pool.get().await?).await
    }

    async fn brought_rooms<'a>(
        &self,
        source: &str,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<BroughtRoom>> {
        let after = after.map_or(Ok(0), room_key)?;
        let mut transaction = self.pool.begin().await?;
        let found = taking_back::of_source(&mut transaction, source, after).await;
        transaction.end(found).await
    }

    async fn brought_room(&self, room: &RoomId) -> Result<Option<BroughtRoom>> {
        let Ok(room) = room_key(room) else {
            return Ok(None);
        };
        let mut transaction = self.pool.begin().await?;
        let found = taking_back::of_room(&mut transaction, room).await;
        transaction.end(found).await
    }

    async fn take_back(&self, room: &RoomId) -> Result<Option<BroughtRoom>> {
        let Ok(room) = room_key(room) else {
            return Ok(None);
        };
        let mut transaction = self.pool.begin().await?;
        let taken = taking_back::take(&mut transaction, room).await;
        let taken = transaction.end(taken).await?;
        crate::attachments::remove_noted(&self.pool, &self.files).await?;
        Ok(taken)
    }

    async fn take_back_rest(&self, source: &str) -> Result<TakenRest> {
        let mut transaction = self.pool.begin().await?;
        let rest = taking_back::take_rest(&mut transaction, source).await;
        transaction.end(rest).await
    }
}

async fn keep(transaction: &mut Connection, source: &str, batch: Batch) -> Result<Kept> {
    transaction.batch(BY_INDEX).await?;
    transaction.run(LockAdoption::with(())).await?;
    let mut kept = Kept::default();
    for TableOf { part, name } in &batch.tables {
        let keep = KeepTable::with((source, *part, name.as_str()));
        transaction.run(keep).await?;
    }
    renamed::keep(transaction, source, &batch.renamed).await?;
    for user in &batch.users {
        kept.users += usize::from(users::keep(transaction, source, user).await?);
    }
    for room in &batch.rooms {
        rooms::keep(transaction, source, room, &mut kept).await?;
    }
    kept.deleted = messages::delete(transaction, source, &batch.messages).await?;
    kept.edited = messages::edit(transaction, source, &batch.messages).await?;
    kept.messages = messages::keep(transaction, source, &batch.messages).await?;
    kept.unlocked = messages::unlock(transaction, source, &batch.unlocked).await?;
    messages::link(transaction, source, &batch.replies).await?;
    kept.read_on = reads::keep(transaction, source, &batch.reads).await?;
    participants::keep(transaction, source, &batch.participants, &mut kept).await?;
    notes::keep(transaction, source, &batch.notes).await?;
    Ok(kept)
}

async fn find_id(
    transaction: &mut Connection,
    source: &str,
    part: &str,
    key: &str,
) -> Result<Option<i64>> {
    transaction.first(FindId::with((source, part, key))).await
}

async fn keep_id(
    transaction: &mut Connection,
    source: &str,
    part: &str,
    key: &str,
    id: i64,
) -> Result<()> {
    let keep = KeepId::with((source, part, key, id));
    transaction.run(keep).await.map(drop)
}

async fn say_id(
    transaction: &mut Connection,
    source: &str,
    (part, key): (&str, &str),
    id: i64,
    said: Option<&str>,
) -> Result<()> {
    let say = SayId::with((source, part, key, id, said));
    transaction.run(say).await.map(drop)
}

/// The id that `RETURNING` answers.
fn made(id: Option<i64>) -> Result<i64> {
    id.ok_or_else(|| Error::internal("a new row has no id"))
}
