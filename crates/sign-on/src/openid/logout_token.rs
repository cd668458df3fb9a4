//! The provider says by itself that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0).

use ports::Subject;
use serde_json::Value;

use super::OpenId;
use crate::{ClaimName, Claims, NotBelieved, token::TokenCheck};

/// The event that such a token tells (section 2.4).
const SIGNED_OUT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl OpenId {
    /// The person whose sessions are to end, by a logout token. One that names a session alone is refused.
    ///
    /// # Errors
    /// [`NotBelieved`].
    pub async fn signed_out(&self, token: &str) -> Result<Subject, NotBelieved> {
        let check = self.logout_tokens.get_or_try_init(async || {
            let metadata = self.provider.known().await;
            let metadata = metadata.map_err(|_| NotBelieved::NoKeys)?;
            Ok(TokenCheck::new(
                metadata.jwks_uri().to_string(),
                self.settings.issuer.clone(),
                self.settings.client_id.clone(),
                self.http.clone(),
            ))
        });
        let claims = check.await?.claims(token).await?;
        subject(&self.settings.issuer, &claims)
    }
}

fn subject(issuer: &str, claims: &Claims) -> Result<Subject, NotBelieved> {
    let events = claims.object().get("events");
    let is_sign_out = events.and_then(|events| events.get(SIGNED_OUT));
    // An ID token has a nonce, and must not end anything (section 2.6).
    if !is_sign_out.is_some_and(Value::is_object) || claims.object().get("nonce").is_some() {
        return Err(NotBelieved::Token("it tells no sign-out"));
    }
    let subject = claims.get(&ClaimName::sub()).and_then(Value::as_str);
    Subject::parse(issuer, subject.unwrap_or_default())
        .map_err(|_| NotBelieved::Token("it names no subject"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_word_of_a_sign_out_ends_sessions() {
        let event = json!({ SIGNED_OUT: {} });
        let of = |claims: Value| subject("https://sso.example", &Claims::new(claims));
        assert!(of(json!({"sub": "a", "events": event})).is_ok());
        for wrong in [
            json!({"sub": "a"}),
            json!({"sub": "a", "events": {}}),
            json!({"sub": "a", "events": {SIGNED_OUT: null}}),
            json!({"sub": "a", "events": event, "nonce": "n"}),
            json!({"sid": "s", "events": event}),
        ] {
            assert!(of(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
