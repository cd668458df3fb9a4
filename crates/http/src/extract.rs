//! Extractors of the parts of a request. Anything wrong becomes a [`Failure`] that says so.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Most bytes of a JSON body or form: the longest message in four-byte characters, escaped, and
/// room to spare.
pub(crate) const MAX_BODY: usize = 128 * 1024;

/// Ids in the path. One that is no id names nothing, so it is answered 404.
pub(crate) struct Ids<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Ids<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(Failure::not_found()),
        }
    }
}

/// The query string.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(_) => Err(Failure::bad_request(
                "The query string names a parameter twice or is not well formed.",
            )),
        }
    }
}

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        is_of_type(&request, "application/json")?;
        read_json(&body(request, state).await?).map(Self)
    }
}

/// A form, as a page without scripts sends it. A field may come several times.
pub(crate) struct FormBody(pub(crate) Vec<(String, String)>);

impl FormBody {
    /// The first value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The message that was written, without the white space around it: as scripts send it, and count it.
    pub(crate) fn text(&self) -> &str {
        self.get("text").unwrap_or_default().trim()
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        is_of_type(&request, FORM)?;
        let bytes = body(request, state).await?;
        serde_urlencoded::from_bytes(&bytes)
            .map(Self)
            .map_err(|_| Failure::bad_request("The form is not well formed."))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Whether the body is a form without files.
pub(crate) fn is_form(request: &Request) -> bool {
    is_of_type(request, FORM).is_ok()
}

/// The type alone decides; its parameters, such as a character set, may follow.
fn is_of_type(request: &Request, wanted: &'static str) -> Result<(), Failure> {
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split(';').next());
    match given {
        Some(given) if given.trim().eq_ignore_ascii_case(wanted) => Ok(()),
        _ => Err(Failure::wrong_media_type(wanted)),
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|_| {
        Failure::too_large(format!(
            "The body must be at most {} KB and arrive whole.",
            MAX_BODY / 1024
        ))
    })
}

/// The message names the field and never repeats its value, which may be clinical text.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let not_json = || Failure::bad_request("The body is not one well-formed JSON object.");
    // Without this a list would do as well, its entries taken for the fields in turn.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(not_json());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        match error.inner().classify() {
            serde_json::error::Category::Data if path != "." => {
                Failure::invalid_field(path, "has a value of the wrong type")
            }
            _ => not_json(),
        }
    })?;
    reader.end().map_err(|_| not_json())?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[expect(dead_code, reason = "only its type is tried")]
        text: Option<String>,
    }

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        let failure = read_json::<Sample>(br#"{"text": ["Potassium 6.9"]}"#).unwrap_err();
        assert_eq!(failure.fields[0].field, "text");
        assert!(!format!("{failure:?}").contains("Potassium"));
        for body in [&b""[..], b"{", b"[1]", b"{} {}", b"\xff"] {
            assert_eq!(read_json::<Sample>(body).unwrap_err().status, 400);
        }
    }
}
