use async_trait::async_trait;
use diesel::sql_types::Bool;
use ports::{Health, Result};

use crate::{fixed::fixed, store::Store};

// `SELECT 1` alone would not touch the file.
fixed!(SignOfLife {} -> Bool = "SELECT EXISTS (SELECT 1 FROM hims_settings)");

#[async_trait]
impl Health for Store {
    async fn check(&self) -> Result<()> {
        self.readers
            .read(|connection| Ok(SignOfLife {}.row::<bool>(connection).map(drop)?))
            .await
    }
}
