use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;
use legacy::time;
use ports::{FailedSignIns, Failures, Result, SignInKey};

use crate::{
    statement::{json_list, statement},
    store::Store,
};

const KEY: &str = "sign_in_key";

statement!(Kept { name: &'static str } -> Text = "SELECT value FROM hims_settings WHERE name = ?1");
statement!(KeepFirst { name: &'static str, value: String } =
    "INSERT INTO hims_settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING");
statement!(Counted { keys: String } -> (Text, BigInt, BigInt) =
    "SELECT key, count, since FROM hims_failed_sign_ins WHERE key IN (SELECT value FROM json_each(?1))");
statement!(
    Drop {
        window: i64,
        now: i64
    } = "DELETE FROM hims_failed_sign_ins WHERE since < ?1 OR since > ?2"
);
statement!(
    Count {
        keys: String,
        now: i64
    } = "INSERT INTO hims_failed_sign_ins (key, count, since) SELECT value, 1, ?2 FROM json_each(?1) WHERE true \
     ON CONFLICT (key) DO UPDATE SET count = count + 1"
);
statement!(Forget { key: String } = "DELETE FROM hims_failed_sign_ins WHERE key = ?1");

#[async_trait]
impl FailedSignIns for Store {
    async fn key(&self, fresh: &SignInKey) -> Result<SignInKey> {
        let kept: Option<String> = self
            .readers
            .read(|connection| Ok(Kept { name: KEY }.row(connection)?))
            .await?;
        if let Some(kept) = kept {
            return Ok(SignInKey::stored(kept));
        }
        let fresh = fresh.expose().to_owned();
        let kept = self.writer.write(move |work| {
            let keep = KeepFirst {
                name: KEY,
                value: fresh.clone(),
            };
            keep.run(work.connection)?;
            let kept: Option<String> = Kept { name: KEY }.row(work.connection)?;
            Ok(kept.unwrap_or(fresh))
        });
        Ok(SignInKey::stored(kept.await?))
    }

    async fn counted(&self, keys: &[String]) -> Result<Vec<Failures>> {
        let keys = json_list(keys);
        let rows: Vec<(String, i64, i64)> = self
            .readers
            .read(move |connection| Ok(Counted { keys }.rows(connection)?))
            .await?;
        let failures = rows.into_iter().map(|(key, count, since)| {
            Ok(Failures {
                key,
                count: u32::try_from(count).unwrap_or(u32::MAX),
                since: time(since)?,
            })
        });
        failures.collect()
    }

    async fn count(&self, keys: &[String], now: Timestamp, window: Timestamp) -> Result<()> {
        let keys = json_list(keys);
        let (now, window) = (now.as_microsecond(), window.as_microsecond());
        self.writer
            .write(move |work| {
                Drop { window, now }.run(work.connection)?;
                Ok(Count { keys, now }.run(work.connection).map(drop)?)
            })
            .await
    }

    async fn forget(&self, key: &str) -> Result<()> {
        let key = key.to_owned();
        self.writer
            .write(move |work| Ok(Forget { key }.run(work.connection).map(drop)?))
            .await
    }
}
