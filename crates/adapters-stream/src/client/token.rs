use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto::aws_lc};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::settings::Secret;

/// How far the `iat` of a user token lies back: clocks differ, and a token from the future is
/// refused.
pub const BACKDATED: Duration = Duration::from_secs(10);

/// Longest life of a user token.
pub const LONGEST_LIFE: Duration = Duration::from_secs(3600);

/// What signs with the secret of an app: tokens (JWT, HS256) and webhooks.
#[derive(Clone)]
pub struct Signer {
    mac: Hmac<Sha256>,
    key: EncodingKey,
}

/// A token of one user, until when.
#[derive(Clone)]
pub struct UserToken {
    /// The token; not for logs.
    pub token: String,
    /// Whose.
    pub user_id: String,
    /// From then on it is worthless.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for UserToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "UserToken(of {}, until {})",
            self.user_id, self.expires_at
        )
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

    /// The token of a server, which may do everything. It never expires and never leaves us.
    pub fn server_token(&self) -> String {
        self.jwt(&json!({ "server": true }))
    }

    /// A token for one user, good from `now` on for `lifetime`, at most [`LONGEST_LIFE`].
    pub fn user_token(&self, user_id: &str, now: Timestamp, lifetime: Duration) -> UserToken {
        let lifetime = lifetime.min(LONGEST_LIFE).as_secs().try_into().unwrap_or(0);
        let expires = now.as_second() + i64::max(lifetime, 1);
        let claims = json!({ "user_id": user_id, "iat": issued_at(now), "exp": expires });
        UserToken {
            token: self.jwt(&claims),
            user_id: user_id.to_owned(),
            expires_at: Timestamp::from_second(expires).unwrap_or(Timestamp::MAX),
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

/// The `iat` of a token made at `now`, in whole seconds.
pub(crate) fn issued_at(now: Timestamp) -> i64 {
    now.as_second() - i64::try_from(BACKDATED.as_secs()).unwrap_or(0)
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
    fn a_user_token_is_backdated_and_lives_an_hour_at_most() {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let day = Duration::from_secs(86_400);
        let token = Signer::new(&Secret::new("s")).user_token("12", now, day);
        let expected = json!({ "user_id": "12", "iat": 1_794_999_990, "exp": 1_795_003_600 });
        assert_eq!(claims(&token.token), expected);
        assert_eq!(token.expires_at.as_second(), 1_795_003_600);
        assert!(!format!("{token:?}").contains(&token.token));
    }
}
