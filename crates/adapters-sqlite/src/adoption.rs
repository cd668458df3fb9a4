mod files;
mod ids;
mod messages;
mod participants;
mod reads;
mod renamed;
mod rooms;
mod settle;
mod taking_back;
mod users;

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use domain::RoomId;
use legacy::{room_key, time};
use ports::{
    Adoption, Result,
    adoption::{
        Batch, BroughtRoom, File, Kept, KeptFile, KeptMessage, KeptUser, Known, Note, TableOf,
        TakenRest,
    },
};

use crate::{
    columns::Text,
    error::Fault,
    statement::{json_list, statement},
    store::Store,
};

statement!(KnownEmails { emails: String } -> Text =
    "SELECT DISTINCT lower(email) FROM users WHERE deleted_at IS NULL AND lower(email) IN (SELECT value FROM json_each(?1))");

statement!(KnownMrns { mrns: String } -> Text =
    "SELECT DISTINCT mrn FROM patients WHERE mrn IN (SELECT value FROM json_each(?1)) AND (deleted_at IS NULL \
         OR EXISTS (SELECT 1 FROM hims_merged_records g WHERE g.patient_id = patients.id))");

statement!(KeptFiles { source: String, keys: String } -> (Text, Bool) =
    "SELECT key, said IS NOT NULL FROM hims_adopted_ids WHERE source = ?1 AND part = 'files' AND key IN (SELECT value FROM json_each(?2))");

statement!(KeptUsers { source: String, keys: String } -> (Text, Text, Text) =
    "SELECT i.key, lower(u.email), u.name FROM hims_adopted_ids i JOIN users u ON u.id = i.id \
     WHERE i.source = ?1 AND i.part = 'users' AND i.key IN (SELECT value FROM json_each(?2))");

statement!(KeptMessages { source: String, keys: String } -> (Text, BigInt) =
    "SELECT i.key, m.sent_at FROM json_each(?2) k JOIN hims_adopted_ids i ON i.source = ?1 AND i.part = 'messages' \
         AND i.key = k.value JOIN chat_messages m ON m.id = i.id WHERE m.sent_at IS NOT NULL");

statement!(KeptTables { source: String } -> (Text, Text) =
    "SELECT part, name FROM hims_adopted_tables WHERE source = ?1");

statement!(
    KeepTable { source: String, part: &'static str, name: String } =
    "INSERT INTO hims_adopted_tables (source, part, name) VALUES (?1, ?2, ?3) \
     ON CONFLICT (source, part) DO UPDATE SET name = excluded.name"
);

statement!(
    KeepNote { source: String, part: &'static str, key: String, reason: &'static str, outcome: &'static str, raw: String } =
    "INSERT INTO hims_adoption_notes (source, part, key, reason, outcome, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
     ON CONFLICT DO NOTHING"
);

#[async_trait]
impl Adoption for Store {
    async fn known(&self, emails: &[String], mrns: &[String]) -> Result<Known> {
        let (emails, mrns) = (json_list(emails), json_list(mrns));
        self.readers
            .read(move |connection| {
                let emails: Vec<String> = KnownEmails { emails }.rows(connection)?;
                let mrns: Vec<String> = KnownMrns { mrns }.rows(connection)?;
                Ok(Known {
                    emails: emails.into_iter().collect(),
                    mrns: mrns.into_iter().collect(),
                })
            })
            .await
    }

    async fn kept_files(
        &self,
        source: &str,
        keys: &[String],
    ) -> Result<BTreeMap<String, KeptFile>> {
        let (source, keys) = (source.to_owned(), json_list(keys));
        let kept: Vec<(String, bool)> = self
            .readers
            .read(move |connection| Ok(KeptFiles { source, keys }.rows(connection)?))
            .await?;
        let kept = kept.into_iter();
        Ok(kept.map(|(key, is)| (key, KeptFile::is(is))).collect())
    }

    async fn kept_users(&self, source: &str, keys: &[String]) -> Result<Vec<KeptUser>> {
        let (source, keys) = (source.to_owned(), json_list(keys));
        let kept: Vec<(String, String, String)> = self
            .readers
            .read(move |connection| Ok(KeptUsers { source, keys }.rows(connection)?))
            .await?;
        let user = |(key, email, name)| KeptUser { key, email, name };
        Ok(kept.into_iter().map(user).collect())
    }

    async fn kept_messages(&self, source: &str, keys: &[String]) -> Result<Vec<KeptMessage>> {
        let (source, keys) = (source.to_owned(), json_list(keys));
        let kept: Vec<(String, i64)> = self
            .readers
            .read(move |connection| Ok(KeptMessages { source, keys }.rows(connection)?))
            .await?;
        kept.into_iter()
            .map(|(key, sent_at)| {
                let sent_at = time(sent_at)?;
                Ok(KeptMessage { key, sent_at })
            })
            .collect()
    }

    async fn kept_tables(&self, source: &str) -> Result<BTreeMap<String, String>> {
        let source = source.to_owned();
        let kept: Vec<(String, String)> = self
            .readers
            .read(move |connection| Ok(KeptTables { source }.rows(connection)?))
            .await?;
        Ok(kept.into_iter().collect())
    }

    async fn keep(&self, source: &str, batch: Batch) -> Result<Kept> {
        let source = source.to_owned();
        self.writer
            .write(move |work| keep(work.connection, &source, batch))
            .await
    }

    async fn keep_file(&self, source: &str, file: File) -> Result<bool> {
        files::keep(self, source, file).await
    }

    async fn settle(&self) -> Result<bool> {
        self.writer
            .write(|work| settle::next(work.connection))
            .await
    }

    async fn sources(&self) -> Result<Vec<String>> {
        self.readers.read(taking_back::sources).await
    }

    async fn brought_rooms<'a>(
        &self,
        source: &str,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<BroughtRoom>> {
        let (source, after) = (source.to_owned(), after.map_or(Ok(0), room_key)?);
        self.readers
            .read(move |connection| taking_back::of_source(connection, source, after))
            .await
    }

    async fn brought_room(&self, room: &RoomId) -> Result<Option<BroughtRoom>> {
        let Ok(room) = room_key(room) else {
            return Ok(None);
        };
        self.readers
            .read(move |connection| taking_back::of_room(connection, room))
            .await
    }

    async fn take_back(&self, room: &RoomId) -> Result<Option<BroughtRoom>> {
        let Ok(room) = room_key(room) else {
            return Ok(None);
        };
        let taken = self.writer.write(move |work| {
            let taken = taking_back::take(work.connection, room)?;
            work.forget_audience(room);
            Ok(taken)
        });
        let taken = taken.await?;
        crate::attachments::remove_noted(self).await?;
        Ok(taken)
    }

    async fn take_back_rest(&self, source: &str) -> Result<TakenRest> {
        let source = source.to_owned();
        self.writer
            .write(move |work| taking_back::take_rest(work.connection, &source))
            .await
    }
}

fn keep(connection: &mut SqliteConnection, source: &str, batch: Batch) -> Result<Kept, Fault> {
    let mut kept = Kept::default();
    for TableOf { part, name } in batch.tables {
        let source = source.to_owned();
        KeepTable { source, part, name }.run(connection)?;
    }
    for renamed in batch.renamed {
        renamed::keep(connection, source, renamed)?;
    }
    for user in batch.users {
        kept.users += usize::from(users::keep(connection, source, user)?);
    }
    for room in batch.rooms {
        rooms::keep(connection, source, room, &mut kept)?;
    }
    messages::keep(connection, source, batch.messages, &mut kept)?;
    for unlocked in batch.unlocked {
        kept.unlocked += usize::from(messages::unlock(connection, source, unlocked)?);
    }
    messages::link(connection, source, batch.replies)?;
    reads::keep(connection, source, batch.reads, &mut kept)?;
    let mut own = None;
    for participant in &batch.participants {
        participants::keep(connection, source, participant, &mut own, &mut kept)?;
    }
    for note in batch.notes {
        keep_note(connection, source, note)?;
    }
    Ok(kept)
}

fn keep_note(connection: &mut SqliteConnection, source: &str, note: Note) -> Result<(), Fault> {
    let note = KeepNote {
        source: source.to_owned(),
        part: note.part,
        key: note.key,
        reason: note.reason,
        outcome: if note.is_quarantined {
            "quarantined"
        } else {
            "flagged"
        },
        raw: note.raw,
    };
    note.run(connection)?;
    Ok(())
}
