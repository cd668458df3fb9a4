use std::{fmt, str::FromStr};

use thiserror::Error;

/// A route prefix that a backend is mounted on, such as `/doctor/chat`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

/// The text is no [`Prefix`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "a mount's prefix is like /doctor/chat: lower-case words, digits and - after each /, at most 80 characters, and not a path of its own pages, such as /doctor/patients"
)]
pub struct InvalidPrefix;

impl FromStr for Prefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let is_path = text.len() <= 80
            && text
                .strip_prefix('/')
                .is_some_and(|rest| rest.split('/').all(word));
        let taken = [
            "/login",
            "/logout",
            "/lock",
            "/unlock",
            "/assets",
            "/health",
            "/metrics",
            "/webhooks",
            "/openapi",
            "/admin",
            "/doctor/patients",
            "/doctor/people",
            "/doctor/inbox",
            "/doctor/availability",
            "/doctor/api",
        ];
        let is_free = taken
            .iter()
            .all(|other| text != *other && !text.starts_with(&format!("{other}/")));
        if is_path && is_free && text != "/doctor" {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPrefix)
        }
    }
}

impl Prefix {
    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_plain_path_of_its_own() {
        for text in ["/doctor/chat", "/chat", "/doctor/stream-chat/2"] {
            assert!(text.parse::<Prefix>().is_ok(), "{text}");
        }
        for text in [
            "",
            "/",
            "chat",
            "/doctor/",
            "/doctor",
            "/doctor/patients",
            "/doctor/people",
            "/login",
            "/a/{b}",
            "/A",
            "/a/../b",
        ] {
            assert_eq!(text.parse::<Prefix>(), Err(InvalidPrefix), "{text}");
        }
    }
}
