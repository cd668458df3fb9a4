use openidconnect::RequestTokenError;
use thiserror::Error;

use super::{claimed::Wrong, types::TokenError};
use crate::client::{NoAnswer, NoTls};

/// The settings name no provider that could be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidOpenId {
    /// The issuer is no address.
    #[error("is no address, such as https://sso.hospital.example/realms/hims")]
    Issuer,
    /// The chat's own address is none.
    #[error("is no address, such as https://chat.hospital.example")]
    PublicUrl,
    /// No call over TLS can be made.
    #[error(transparent)]
    Tls(NoTls),
}

/// A sign-in by the provider that did not come to its end. The words are for logs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failed {
    /// The provider does not answer, or not as a provider does.
    #[error("the OpenID Connect provider does not answer as it should: {0}")]
    Unavailable(String),
    /// The provider refuses the chat itself: its settings there or here are wrong.
    #[error("the OpenID Connect provider refuses the chat: {0}")]
    Misconfigured(String),
    /// The code was used, is too old or is not of this sign-in.
    #[error("the OpenID Connect provider does not take the code")]
    Code,
    /// The ID token does not say what it must.
    #[error("the ID token is not taken: {0}")]
    Token(&'static str),
    /// The credentials had to be entered anew and were not.
    #[error("the provider did not ask for the credentials again, or does not say when it did")]
    NotAgain,
}

impl Failed {
    pub(super) fn odd(what: &str) -> Self {
        Self::Unavailable(what.to_owned())
    }

    /// The provider's own words go no further than its error code: they may repeat what was sent.
    pub(super) fn from_token_endpoint(error: RequestTokenError<NoAnswer, TokenError>) -> Self {
        match error {
            RequestTokenError::ServerResponse(answer) => match answer.error().as_ref() {
                "invalid_grant" => Self::Code,
                code => {
                    let plain = code.chars().filter(char::is_ascii_graphic);
                    Self::Misconfigured(plain.take(40).collect())
                }
            },
            RequestTokenError::Request(no_answer) => Self::Unavailable(no_answer.to_string()),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Self::odd("its token endpoint answers with no tokens")
            }
        }
    }
}

impl From<Wrong> for Failed {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Signature => Self::Token("no key of the provider has signed it"),
            Wrong::NotAgain => Self::NotAgain,
            Wrong::Other(what) => Self::Token(what),
        }
    }
}
