mod fill;
mod remove;

use async_trait::async_trait;
use diesel::sql_types::{Bool, Text};
use ports::{Error, Result, Seed, Seeding};

use crate::{
    patient_directory,
    pool::Connection,
    statement::{Statement, statement},
    store::Store,
};

/// The setting that says that the store was filled: the highest ids of staff and patients that
/// filling gave.
const SEEDED: &str = "seeded";

statement! {
    IsEmpty() -> Bool
        = "SELECT NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM patients)
            AND NOT EXISTS (SELECT FROM chat_rooms)";

    /// Makes those who fill or empty the store wait for each other.
    LockSeeding() -> () = "SELECT pg_advisory_xact_lock(hashtextextended('hims seeding', 0))";

    Setting(Text) -> Text = "SELECT value FROM hims_settings WHERE name = $1";
}

#[async_trait]
impl Seeding for Store {
    async fn fill(&self, seed: &Seed) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let filled = self.fill_in(&mut transaction, seed).await;
        transaction.end(filled).await
    }

    async fn is_seeded(&self) -> Result<bool> {
        let mut connection = self.pool.get().await?;
        let seeded: Option<String> = connection.first(Setting::with((SEEDED,))).await?;
        Ok(seeded.is_some())
    }

    async fn remove(&self) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let files = async {
            transaction.run(LockSeeding::with(())).await?;
            remove::remove(&mut transaction).await
        };
        let files = files.await;
        for file in transaction.end(files).await? {
            self.files.remove(file).await?;
        }
        Ok(())
    }
}

impl Store {
    async fn fill_in(&self, transaction: &mut Connection, seed: &Seed) -> Result<()> {
        transaction.run(LockSeeding::with(())).await?;
        if transaction.first(IsEmpty::with(())).await? != Some(true) {
            return Err(Error::conflict(
                "the database already holds staff, patients or rooms; only an empty one is filled",
            ));
        }
        fill::fill(transaction, seed).await?;
        patient_directory::fill_references(transaction, &self.key).await
    }
}
