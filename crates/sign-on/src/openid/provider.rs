//! The provider's own word on itself: its addresses and its keys.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use openidconnect::{DiscoveryError, IssuerUrl};

use super::{Failed, types::Metadata};
use crate::client::{Client, NoAnswer, is_plain_loopback};

/// The time for which a provider is believed to answer, so that a sign-in does not lead to one that is down.
const ANSWERS: Duration = Duration::from_secs(10);

/// The time for which its addresses and keys are believed.
const BELIEVED: Duration = Duration::from_secs(10 * 60);

/// The time in which nothing is asked of a provider that has just not answered.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Provider {
    issuer: IssuerUrl,
    http: Client,
    last: Mutex<Last>,
    /// Held while it is asked: those who come meanwhile take the same answer. Whoever is content with what it
    /// said before does not wait for it.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Last {
    known: Option<(Arc<Metadata>, Instant)>,
    failed: Option<(Failed, Instant)>,
}

impl Last {
    /// The answer that needs no asking: of at most this age, or given after `asked`.
    fn answer(&self, age: Duration, asked: Instant) -> Option<Result<Arc<Metadata>, Failed>> {
        if let Some((known, at)) = &self.known
            && (at.elapsed() < age || *at > asked)
        {
            return Some(Ok(known.clone()));
        }
        let failed = self.failed.as_ref();
        let failed = failed.filter(|(_, at)| at.elapsed() < PAUSE);
        failed.map(|(failed, _)| Err(failed.clone()))
    }
}

impl Provider {
    pub(super) fn new(issuer: IssuerUrl, http: Client) -> Self {
        Self {
            issuer,
            http,
            last: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// Its word of the last seconds.
    pub(super) async fn fresh(&self) -> Result<Arc<Metadata>, Failed> {
        self.within(ANSWERS).await
    }

    /// Its word of the last minutes.
    pub(super) async fn known(&self) -> Result<Arc<Metadata>, Failed> {
        self.within(BELIEVED).await
    }

    /// Its word when it is asked once more.
    pub(super) async fn afresh(&self) -> Result<Arc<Metadata>, Failed> {
        self.within(Duration::ZERO).await
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn within(&self, age: Duration) -> Result<Arc<Metadata>, Failed> {
        let asked = Instant::now();
        let answer = self.last().answer(age, asked);
        if let Some(answer) = answer {
            return answer;
        }
        let _alone = self.asking.lock().await;
        let answer = self.last().answer(age, asked);
        if let Some(answer) = answer {
            return answer;
        }
        let discovered = Metadata::discover_async(self.issuer.clone(), &self.http).await;
        let checked = discovered.map_err(failed);
        let checked = checked.and_then(|metadata| over_tls(self.issuer.as_str(), metadata));
        match checked {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *self.last() = Last {
                    known: Some((metadata.clone(), Instant::now())),
                    failed: None,
                };
                Ok(metadata)
            }
            Err(failed) => {
                self.last().failed = Some((failed.clone(), Instant::now()));
                Err(failed)
            }
        }
    }
}

/// The addresses that browsers are led to. The chat's own client does not leave TLS by itself.
fn over_tls(issuer: &str, metadata: Metadata) -> Result<Metadata, Failed> {
    let ends = &metadata.additional_metadata().end_session_endpoint;
    let addresses = [
        Some(metadata.authorization_endpoint().url()),
        ends.as_ref().map(|ends| ends.url()),
    ];
    let is_plain = |address: &url::Url| address.scheme() != "https";
    if addresses.into_iter().flatten().any(is_plain) && !is_plain_loopback(issuer) {
        return Err(Failed::odd(
            "its authorization or end session endpoint is not over https",
        ));
    }
    Ok(metadata)
}

fn failed(error: DiscoveryError<NoAnswer>) -> Failed {
    Failed::Unavailable(match error {
        DiscoveryError::Request(no_answer) => no_answer.to_string(),
        DiscoveryError::Response(status, ..) => format!("it answers with status {status}"),
        DiscoveryError::Validation(_) => {
            "it calls itself another issuer than HIMS_OIDC_ISSUER, which must be the same to the letter"
                .to_owned()
        }
        DiscoveryError::Parse(error) => {
            format!("its discovery document lacks or spoils {}", error.path())
        }
        _ => "its discovery document cannot be read".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn browsers_are_led_nowhere_without_tls() {
        let metadata = |authorization: &str, end: &str| -> Metadata {
            serde_json::from_value(json!({
                "issuer": "https://sso.example", "authorization_endpoint": authorization,
                "end_session_endpoint": end, "jwks_uri": "https://sso.example/jwks",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"]
            }))
            .unwrap()
        };
        let (tls, plain) = ("https://sso.example/a", "http://sso.example/a");
        assert!(over_tls("https://sso.example", metadata(tls, tls)).is_ok());
        for (authorization, end) in [(plain, tls), (tls, plain)] {
            let read = metadata(authorization, end);
            assert!(over_tls("https://sso.example", read.clone()).is_err());
            assert!(over_tls("http://127.0.0.1:9000", read).is_ok());
        }
    }
}
