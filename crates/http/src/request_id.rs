//! The name under which one request is found in the log, in traces and in what it caused.

use std::{fmt, sync::Arc};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header in which a proxy hands a request's id on, and every answer repeats it.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Most characters of an id that a proxy made.
const LONGEST: usize = 64;

/// The id of one request, as an extension of it: 128 random bits in hex digits, or what a trusted proxy called it.
///
/// It consists of 1 to 64 of the characters `A–Z a–z 0–9 . _ -`, so it can stand in a header and in a log line as
/// it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    pub(crate) fn random() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()).into())
    }

    /// The one that a proxy gave, if it is one.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(REQUEST_ID)?.to_str().ok()?;
        let is_one = (1..=LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        is_one.then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as the value of a header.
    pub(crate) fn header(&self) -> HeaderValue {
        // Every character of an id is one that a header takes.
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("none"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_bytes(text).unwrap());
        RequestId::read(&headers).map(|id| id.to_string())
    }

    #[test]
    fn only_plain_short_ids_are_taken_over() {
        let longest = "x".repeat(64);
        for good in ["a", "01J9.Z_z-7", &longest] {
            assert_eq!(read(good.as_bytes()).as_deref(), Some(good));
        }
        let too_long = "x".repeat(65);
        for bad in ["", "a b", "a\"b", "a,b", "{a}", "a/b", &too_long] {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(read(b"caf\xc3\xa9"), None);
        assert_eq!(RequestId::read(&HeaderMap::new()), None);
    }

    #[test]
    fn a_new_one_is_an_id_and_unlike_the_last() {
        let (one, other) = (RequestId::random(), RequestId::random());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 32);
        assert_eq!(read(one.as_str().as_bytes()).as_deref(), Some(one.as_str()));
    }
}
