mod fill;
mod remove;

use async_trait::async_trait;
use diesel::sql_types::{Bool, Text};
use ports::{Error, Result, Seed, Seeding};

use crate::{statement::statement, store::Store};

/// The setting that says that the store was filled: the highest ids that `fill` gave.
pub(super) const SEEDED: &str = "seeded";

statement!(IsEmpty {} -> Bool =
    "SELECT NOT EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM patients) \
         AND NOT EXISTS (SELECT 1 FROM chat_rooms)");
statement!(Setting { name: &'static str } -> Text = "SELECT value FROM hims_settings WHERE name = ?1");

#[async_trait]
impl Seeding for Store {
    async fn fill(&self, seed: &Seed) -> Result<()> {
        let (seed, key) = (seed.clone(), self.key.clone());
        self.writer
            .write(move |work| {
                let is_empty: Option<bool> = IsEmpty {}.row(work.connection)?;
                if is_empty != Some(true) {
                    return Err(Error::conflict(
                        "the database already holds staff, patients or rooms; only an empty one is filled",
                    )
                    .into());
                }
                fill::fill(work.connection, &seed, &key)
            })
            .await
    }

    async fn is_seeded(&self) -> Result<bool> {
        self.readers
            .read(|connection| {
                let seeded: Option<String> = Setting { name: SEEDED }.row(connection)?;
                Ok(seeded.is_some())
            })
            .await
    }

    async fn remove(&self) -> Result<()> {
        let files = self
            .writer
            .write(|work| remove::remove(work.connection))
            .await?;
        for file in files {
            self.files.remove(file).await?;
        }
        self.standings.invalidate_all();
        Ok(())
    }
}
