use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Integer, Text};
use jiff::Timestamp;
use legacy::time;
use ports::{FailedSignIns, Failures, Result, SignInKey};

use crate::{
    statement::{Statement, statement},
    store::Store,
};

const KEY: &str = "sign_in_key";

statement! {
    KeptSetting(Text) -> Text = "SELECT value FROM hims_settings WHERE name = $1";

    /// Keeps `$2` as setting `$1` where there is none; what is kept then.
    KeepFirstSetting(Text, Text) -> Text
        = "INSERT INTO hims_settings (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = hims_settings.value RETURNING value";

    CountedFailures(Array<Text>) -> (Text, Integer, BigInt)
        = "SELECT key, count, hims_micros(since) FROM hims_failed_sign_ins WHERE key = ANY ($1)";

    /// Counts a failure at `$2` under each of `$1`; counts from before `$3` or from the future begin anew.
    CountFailures(Array<Text>, BigInt, BigInt) -> ()
        = "WITH old AS (DELETE FROM hims_failed_sign_ins
                WHERE (since < hims_time($3) OR since > hims_time($2) + interval '1 minute') AND key <> ALL ($1))
            INSERT INTO hims_failed_sign_ins AS f (key, count, since)
            SELECT DISTINCT key, 1, hims_time($2) FROM unnest($1) AS key ORDER BY key
            ON CONFLICT (key) DO UPDATE SET
                count = CASE WHEN f.since < hims_time($3) OR f.since > hims_time($2) + interval '1 minute'
                    THEN 1 ELSE f.count + 1 END,
                since = CASE WHEN f.since < hims_time($3) OR f.since > hims_time($2) + interval '1 minute'
                    THEN hims_time($2) ELSE f.since END";

    ForgetFailures(Text) -> () = "DELETE FROM hims_failed_sign_ins WHERE key = $1";
}

#[async_trait]
impl FailedSignIns for Store {
    async fn key(&self, fresh: &SignInKey) -> Result<SignInKey> {
        let mut connection = self.pool.get().await?;
        let kept: Option<String> = connection.first(KeptSetting::with((KEY,))).await?;
        if let Some(kept) = kept {
            return Ok(SignInKey::stored(kept));
        }
        let keep = KeepFirstSetting::with((KEY, fresh.expose()));
        let kept: Option<String> = connection.first(keep).await?;
        Ok(kept.map_or_else(|| fresh.clone(), SignInKey::stored))
    }

    async fn counted(&self, keys: &[String]) -> Result<Vec<Failures>> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(String, i32, i64)> = connection.all(CountedFailures::with((keys,))).await?;
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
        let mut connection = self.pool.get().await?;
        let count = CountFailures::with((keys, now.as_microsecond(), window.as_microsecond()));
        connection.run(count).await.map(drop)
    }

    async fn forget(&self, key: &str) -> Result<()> {
        let mut connection = self.pool.get().await?;
        connection.run(ForgetFailures::with((key,))).await.map(drop)
    }
}
