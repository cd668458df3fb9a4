//! A signed token (RFC 7519) is right.

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    errors::ErrorKind,
    jwk::{KeyAlgorithm, PublicKeyUse},
};
use serde_json::Value;
use thiserror::Error;

use crate::{Claims, client::Client, keys::Keys};

/// Signatures that only the holder of a private key can make.
const SIGNATURES: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// Seconds by which the clock of whoever signs may be from ours.
const DRIFT: u64 = 30;

/// Most bytes of a token; headers hold not much more.
const MOST_BYTES: usize = 16 * 1024;

/// The word of a proxy or provider is not believed. The words are for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotBelieved {
    /// The header says something that it should not.
    #[error("the proxy's header names nobody")]
    Header,
    /// The token is none, or is not right.
    #[error("the token is not taken: {0}")]
    Token(&'static str),
    /// The keys cannot be read, so it is not known.
    #[error("the keys for the token cannot be read")]
    NoKeys,
}

pub(crate) struct TokenCheck {
    keys: Keys,
    issuer: String,
    audience: String,
}

impl TokenCheck {
    /// Tokens of this issuer for this audience, signed by the keys at this address.
    pub(crate) fn new(keys: String, issuer: String, audience: String, http: Client) -> Self {
        Self {
            keys: Keys::new(keys, http),
            issuer,
            audience,
        }
    }

    /// The claims of a token that one of the keys has signed, for this audience, and for now.
    pub(crate) async fn claims(&self, token: &str) -> Result<Claims, NotBelieved> {
        if token.len() > MOST_BYTES {
            return Err(NotBelieved::Token("it is too long"));
        }
        let none = NotBelieved::Token("it is none");
        let header = decode_header(token).map_err(|_| none)?;
        if !SIGNATURES.contains(&header.alg) {
            return Err(NotBelieved::Token("it is not signed with a private key"));
        }
        let key = self.keys.find(header.kid.as_deref()).await;
        let key = key
            .map_err(|_| NotBelieved::NoKeys)?
            .ok_or(NotBelieved::Token("no known key has signed it"))?;
        let common = &key.common;
        let is_for = common.key_algorithm;
        if is_for.is_some_and(|named| named != KeyAlgorithm::from(header.alg))
            || common.public_key_use == Some(PublicKeyUse::Encryption)
        {
            return Err(NotBelieved::Token("its key is for something else"));
        }
        let key = DecodingKey::from_jwk(&key);
        let key = key.map_err(|_| NotBelieved::Token("its key is none for signatures"))?;
        let mut right = Validation::new(header.alg);
        right.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        right.set_issuer(&[&self.issuer]);
        right.set_audience(&[&self.audience]);
        right.validate_nbf = true;
        right.leeway = DRIFT;
        let token = decode::<Value>(token, &key, &right);
        let claims = token
            .map_err(|error| {
                NotBelieved::Token(match error.kind() {
                    ErrorKind::ExpiredSignature => "it has expired",
                    ErrorKind::ImmatureSignature => "it is not valid yet",
                    ErrorKind::InvalidIssuer => "another issuer made it",
                    ErrorKind::InvalidAudience => "it is for another audience",
                    ErrorKind::InvalidSignature => "its signature is wrong",
                    ErrorKind::MissingRequiredClaim(_) => "it lacks exp, iss, aud or sub",
                    _ => "it cannot be checked",
                })
            })?
            .claims;
        // A list of issuers would be none that is meant.
        match claims.get("iss") {
            Some(Value::String(_)) => Ok(Claims::new(claims)),
            _ => Err(NotBelieved::Token("another issuer made it")),
        }
    }
}
