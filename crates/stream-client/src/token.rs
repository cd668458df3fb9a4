use std::{future::Future, sync::Arc, time::Duration};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto::aws_lc};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use tokio::sync::Mutex;

use super::Secret;

/// How far the `iat` of a user token lies back unless told otherwise: clocks differ, and a token
/// from the future is refused.
pub const BACKDATED: Duration = Duration::from_secs(10);

/// Signs with the secret of an app: tokens (JWT, HS256) and webhooks.
#[derive(Clone)]
pub struct Signer {
    mac: Hmac<Sha256>,
    key: EncodingKey,
}

/// A token of one user.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserToken {
    /// The token; not for logs.
    pub token: String,
    /// The user that it is of.
    pub user_id: String,
    /// From then on it is worthless; `None` for one that lives until it is revoked.
    pub expires_at: Option<Timestamp>,
}

impl UserToken {
    /// A token that was signed elsewhere, of this user, without an end.
    pub fn new(token: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            user_id: user_id.into(),
            expires_at: None,
        }
    }

    /// With an end, after which a new one is asked for.
    #[must_use]
    pub fn until(mut self, end: Timestamp) -> Self {
        self.expires_at = Some(end);
        self
    }
}

impl std::fmt::Debug for UserToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UserToken(of {}", self.user_id)?;
        match self.expires_at {
            Some(end) => write!(f, ", until {end})"),
            None => f.write_str(")"),
        }
    }
}

/// A user token to be signed.
///
/// ```
/// use std::time::Duration;
/// use stream_chat_client::Signer;
///
/// let signer = Signer::new(&"the app's secret".into());
/// let token = signer
///     .token("lee")
///     .lives_for(Duration::from_secs(3_600))
///     .claim("channel_cids", ["messaging:ward"])
///     .sign();
/// assert_eq!(token.user_id, "lee");
/// ```
#[derive(Clone)]
#[must_use]
pub struct NewToken<'a> {
    signer: &'a Signer,
    user_id: String,
    now: Timestamp,
    lifetime: Option<Duration>,
    claims: Map<String, Value>,
}

impl NewToken<'_> {
    /// Made at another time than now.
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Good for so long, in whole seconds, at least one. Left out, it lives until it is revoked.
    pub fn lives_for(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// A claim beside `user_id`, `iat` and `exp`, which it cannot replace.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// The token. It does not make the user.
    pub fn sign(self) -> UserToken {
        let mut claims = self.claims;
        let back = SignedDuration::try_from(BACKDATED).unwrap_or(SignedDuration::ZERO);
        let issued = self.now.checked_sub(back).unwrap_or(Timestamp::UNIX_EPOCH);
        claims.insert("user_id".to_owned(), json!(self.user_id));
        claims.insert("iat".to_owned(), json!(issued.as_second()));
        let expires_at = self.lifetime.map(|lifetime| {
            let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX).max(1);
            let end = self.now.as_second().saturating_add(seconds);
            Timestamp::from_second(end).unwrap_or(Timestamp::MAX)
        });
        if let Some(end) = expires_at {
            claims.insert("exp".to_owned(), json!(end.as_second()));
        }
        UserToken {
            token: self.signer.jwt(&Value::Object(claims)),
            user_id: self.user_id,
            expires_at,
        }
    }
}

impl Signer {
    /// Signs with this secret.
    pub fn new(secret: &Secret) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mac = Hmac::new_from_slice(secret.expose().as_bytes()).expect("any key length");
        // Needed only where somebody else's features leave the choice open; a choice that was made
        // stays.
        let _ = aws_lc::DEFAULT_PROVIDER.install_default();
        let key = EncodingKey::from_secret(secret.expose().as_bytes());
        Self { mac, key }
    }

    /// The token of a server, which may do everything. It never expires and never leaves a server.
    pub fn server_token(&self) -> String {
        self.jwt(&json!({ "server": true }))
    }

    /// A token for one user, made now.
    pub fn token(&self, user_id: impl Into<String>) -> NewToken<'_> {
        NewToken {
            signer: self,
            user_id: user_id.into(),
            now: Timestamp::now(),
            lifetime: None,
            claims: Map::new(),
        }
    }

    fn jwt(&self, claims: &Value) -> String {
        #[expect(
            clippy::expect_used,
            reason = "plain JSON and HMAC, which takes any key"
        )]
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.key).expect("a token")
    }

    /// Whether `signature` is that of `message`, in constant time.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut mac = self.mac.clone();
        mac.update(message);
        mac.verify_slice(signature).is_ok()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

/// No token is to be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no token is to be had")]
pub struct NoToken;

/// Gives tokens of one user, usually by asking a server that holds the app's secret. A closure that
/// returns a future is one.
#[async_trait]
pub trait TokenSource: Send + Sync + 'static {
    /// A token that is good now.
    ///
    /// # Errors
    /// [`NoToken`]; the call that needed it fails, and the next one asks again.
    async fn token(&self) -> Result<UserToken, NoToken>;
}

#[async_trait]
impl<F, Answer> TokenSource for F
where
    F: Fn() -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<UserToken, NoToken>> + Send,
{
    async fn token(&self) -> Result<UserToken, NoToken> {
        self().await
    }
}

/// A source, and the token that it gave last.
pub(super) struct Tokens {
    source: Arc<dyn TokenSource>,
    last: Mutex<Option<UserToken>>,
}

impl Tokens {
    pub(super) fn new(source: impl TokenSource) -> Self {
        Self {
            source: Arc::new(source),
            last: Mutex::default(),
        }
    }

    /// The last token while it is good, or a new one. One at a time asks for it.
    pub(super) async fn current(&self) -> Result<UserToken, NoToken> {
        let mut last = self.last.lock().await;
        let good = last
            .as_ref()
            .filter(|token| token.expires_at.is_none_or(|end| end > Timestamp::now()));
        if let Some(token) = good {
            return Ok(token.clone());
        }
        let token = self.source.token().await?;
        *last = Some(token.clone());
        Ok(token)
    }

    /// Stream says that this one is over. A newer one stays.
    pub(super) async fn forget(&self, token: &str) {
        let mut last = self.last.lock().await;
        if last.as_ref().is_some_and(|last| last.token == token) {
            *last = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn claims(token: &str) -> Value {
        let part = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn a_known_token_is_signed_as_the_standard_says() {
        let token = Signer::new(&Secret::new("secret")).server_token();
        let mut parts = token.split('.');
        assert_eq!(claims(&token), json!({ "server": true }));
        let (head, body) = (parts.next().unwrap(), parts.next().unwrap());
        let signature = BASE64_URL_SAFE_NO_PAD
            .decode(parts.next().unwrap())
            .unwrap();
        let signer = Signer::new(&Secret::new("secret"));
        assert!(signer.verifies(format!("{head}.{body}").as_bytes(), &signature));
        let other = Signer::new(&Secret::new("Secret"));
        assert!(!other.verifies(format!("{head}.{body}").as_bytes(), &signature));
    }

    #[test]
    fn a_user_token_is_backdated_and_lives_as_long_as_is_said() {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let signer = Signer::new(&Secret::new("s"));
        let day = Duration::from_secs(86_400);
        let token = signer.token("12").at(now).lives_for(day).sign();
        let expected = json!({ "user_id": "12", "iat": 1_794_999_990, "exp": 1_795_086_400 });
        assert_eq!(claims(&token.token), expected);
        assert_eq!(token.expires_at.unwrap().as_second(), 1_795_086_400);
        assert!(!format!("{token:?}").contains(&token.token));
    }

    #[test]
    fn claims_stand_beside_those_of_the_token_and_never_in_their_place() {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let signer = Signer::new(&Secret::new("s"));
        let token = signer.token("12").at(now);
        let token = token.claim("role", "guest").claim("user_id", "13").sign();
        let expected = json!({ "user_id": "12", "iat": 1_794_999_990, "role": "guest" });
        assert_eq!(claims(&token.token), expected);
        assert_eq!(token.expires_at, None);
    }

    #[tokio::test]
    async fn a_token_is_used_until_its_end_and_forgotten_where_it_is_refused() {
        let given = Arc::new(std::sync::atomic::AtomicU8::new(0));
        let count = given.clone();
        let tokens = Tokens::new(move || {
            let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            let token = UserToken::new(format!("t{number}"), "lee");
            // The first is over at once.
            let token = match number {
                1 => token.until(Timestamp::UNIX_EPOCH),
                _ => token.until(Timestamp::MAX),
            };
            std::future::ready(Ok(token))
        });
        let mut used = Vec::new();
        for refused in [None, None, None, Some("t1"), Some("t2")] {
            if let Some(refused) = refused {
                tokens.forget(refused).await;
            }
            used.push(tokens.current().await.unwrap().token);
        }
        assert_eq!(used, ["t1", "t2", "t2", "t2", "t3"]);
    }
}
