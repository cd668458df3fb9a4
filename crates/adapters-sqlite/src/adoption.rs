mod files;
mod ids;
mod messages;
mod participants;
mod reads;
mod renamed;
mod rooms;
mod settle;
mod users;

use std::collections::BTreeSet;

use async_trait::async_trait;
use diesel::SqliteConnection;
use ports::{
    Adoption, Result,
    adoption::{Batch, File, Kept, Known, Note},
};

use crate::{
    columns::Text,
    error::Fault,
    fixed::{fixed, json_list},
    store::Store,
};

fixed!(KnownEmails { emails: String } -> Text =
    "SELECT DISTINCT lower(email) FROM users WHERE deleted_at IS NULL AND lower(email) IN (SELECT value FROM json_each(?1))");

fixed!(KnownMrns { mrns: String } -> Text =
    "SELECT DISTINCT mrn FROM patients WHERE deleted_at IS NULL AND mrn IN (SELECT value FROM json_each(?1))");

fixed!(KeptFiles { source: String, keys: String } -> Text =
    "SELECT key FROM hims_adopted_ids WHERE source = ?1 AND part = 'files' AND key IN (SELECT value FROM json_each(?2))");

fixed!(
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

    async fn kept_files(&self, source: &str, keys: &[String]) -> Result<BTreeSet<String>> {
        let (source, keys) = (source.to_owned(), json_list(keys));
        self.readers
            .read(move |connection| {
                let kept: Vec<String> = KeptFiles { source, keys }.rows(connection)?;
                Ok(kept.into_iter().collect())
            })
            .await
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
}

fn keep(connection: &mut SqliteConnection, source: &str, batch: Batch) -> Result<Kept, Fault> {
    let mut kept = Kept::default();
    for renamed in batch.renamed {
        renamed::keep(connection, source, renamed)?;
    }
    for user in batch.users {
        kept.users += usize::from(users::keep(connection, source, user)?);
    }
    for room in batch.rooms {
        kept.rooms += usize::from(rooms::keep(connection, source, room)?);
    }
    messages::keep(connection, source, batch.messages, &mut kept)?;
    for unlocked in batch.unlocked {
        kept.unlocked += usize::from(messages::unlock(connection, source, unlocked)?);
    }
    messages::link(connection, source, batch.replies)?;
    reads::keep(connection, source, batch.reads)?;
    for participant in batch.participants {
        kept.participants += usize::from(participants::keep(connection, source, participant)?);
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
