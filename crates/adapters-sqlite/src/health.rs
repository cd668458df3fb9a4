use async_trait::async_trait;
use ports::{Error, Health, Result};

use crate::{sql::now, statement::statement, store::Store};

// Only a write tells that writes are possible: a full disk and a read-only file are read all the same.
statement!(SignOfLife { name: &'static str, value: String } =
    "INSERT INTO hims_settings (name, value) VALUES (?1, ?2) \
     ON CONFLICT (name) DO UPDATE SET value = excluded.value");

#[async_trait]
impl Health for Store {
    async fn check(&self) -> Result<()> {
        let sign = SignOfLife {
            name: "sign_of_life",
            value: now().to_string(),
        };
        let written = self
            .writer
            .write(move |work| Ok(sign.run(work.connection).map(drop)?))
            .await;
        // SQLite's words name the reason and hold nobody's.
        written.map_err(|error| match std::error::Error::source(&error) {
            Some(reason) => Error::unavailable(format!("the database takes no writes: {reason}")),
            None => error,
        })
    }
}
