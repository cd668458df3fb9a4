//! The public keys of an authority, as it publishes them (RFC 7517).

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use serde_json::Value;

use crate::client::{Client, NoAnswer};

/// The time for which keys are believed; one that was taken back is not believed for longer.
const BELIEVED: Duration = Duration::from_secs(10 * 60);

/// The time until they are read again for a key that is not among them, or after they could not be read. Anybody
/// can name such a key.
const PAUSE: Duration = Duration::from_secs(10);

/// Keys at an address, read when they are needed.
pub(crate) struct Keys {
    url: String,
    http: Client,
    last: Mutex<Last>,
    /// Held while they are read: those who come meanwhile take the same answer. Whoever needs a known key
    /// does not wait for it.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Last {
    keys: Vec<Jwk>,
    read: Option<Instant>,
    tried: Option<Instant>,
}

impl Last {
    /// The answer that needs no reading; `None` where the keys have to be read.
    fn answer(&self, id: Option<&str>) -> Option<Result<Option<Jwk>, NoAnswer>> {
        let is_recent = |at: Option<Instant>, within| at.is_some_and(|at| at.elapsed() < within);
        let (is_believed, is_tried) =
            (is_recent(self.read, BELIEVED), is_recent(self.tried, PAUSE));
        let found = find(&self.keys, id);
        match is_believed {
            true if found.is_some() || is_tried => Some(Ok(found)),
            false if is_tried => Some(Err(NoAnswer::Unreachable)),
            _ => None,
        }
    }
}

impl Keys {
    pub(crate) fn new(url: String, http: Client) -> Self {
        Self {
            url,
            http,
            last: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// The key that a token names; where it names none, the only one there is.
    pub(crate) async fn find(&self, id: Option<&str>) -> Result<Option<Jwk>, NoAnswer> {
        if let Some(answer) = self.last().answer(id) {
            return answer;
        }
        let _alone = self.reading.lock().await;
        if let Some(answer) = self.last().answer(id) {
            return answer;
        }
        let read = self.read().await;
        let now = Some(Instant::now());
        let mut last = self.last();
        last.tried = now;
        match read {
            Ok(keys) => {
                last.keys = keys;
                last.read = now;
            }
            Err(error) => tracing::warn!("keys for tokens cannot be read: {error}"),
        }
        // The known ones hold until their time is over.
        last.answer(id).unwrap_or(Ok(None))
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of kinds that are not known here are left out.
    async fn read(&self) -> Result<Vec<Jwk>, NoAnswer> {
        let answer = self.http.get(&self.url).await?;
        if !answer.status().is_success() {
            return Err(NoAnswer::Odd);
        }
        let set: Value = serde_json::from_slice(answer.body()).map_err(|_| NoAnswer::Odd)?;
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(NoAnswer::Odd)?.iter();
        Ok(keys
            .filter_map(|key| serde_json::from_value(key.clone()).ok())
            .collect())
    }
}

fn find(keys: &[Jwk], id: Option<&str>) -> Option<Jwk> {
    let found = match (id, keys) {
        (Some(id), keys) => keys
            .iter()
            .find(|key| key.common.key_id.as_deref() == Some(id)),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.cloned()
}
