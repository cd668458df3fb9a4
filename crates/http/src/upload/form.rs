use axum::{
    extract::{Multipart, multipart::MultipartError, multipart::MultipartRejection},
    http::StatusCode,
};
use bytes::{Bytes, BytesMut};
use domain::FileName;

use crate::failure::Failure;

/// A multipart form with files in it, read one file at a time.
pub(crate) struct Form {
    parts: Multipart,
    /// Largest file, in bytes.
    largest: u64,
    client_id: Option<String>,
}

/// How much is set aside for a file before anything of it has come.
const FIRST: usize = 64 * 1024;

impl Form {
    pub(crate) fn new(
        parts: Result<Multipart, MultipartRejection>,
        largest: u64,
    ) -> Result<Self, Failure> {
        let parts = parts.map_err(|_| Failure::wrong_media_type("multipart/form-data"))?;
        Ok(Self {
            parts,
            largest,
            client_id: None,
        })
    }

    /// What the sender calls the message, when that came before the files.
    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The next file of the field `file`. It is held once: a part that grows too large is given up
    /// at once, whatever still comes.
    pub(crate) async fn next_file(&mut self) -> Result<Option<(FileName, Bytes)>, Failure> {
        let largest = self.largest;
        let unreadable = |error: MultipartError| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(largest),
            _ => {
                Failure::bad_request("The upload is not well-formed multipart data or was cut off.")
            }
        };
        while let Some(mut part) = self.parts.next_field().await.map_err(unreadable)? {
            if part.name() == Some("client_id") {
                self.client_id = part.chunk().await.map_err(unreadable)?.map(text);
                continue;
            }
            let name = part.file_name().map(str::to_owned);
            let Some(name) = name.filter(|_| part.name() == Some("file")) else {
                continue;
            };
            let mut bytes = BytesMut::with_capacity(FIRST);
            while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
                if (bytes.len() + chunk.len()) as u64 > largest {
                    return Err(too_large(largest));
                }
                bytes.extend_from_slice(&chunk);
            }
            // A browser sends a field in which no file was chosen as a nameless, empty one.
            if name.is_empty() && bytes.is_empty() {
                continue;
            }
            let wrong = |words: String| Failure::invalid_field("file", words);
            let name = FileName::parse(&name).map_err(|error| wrong(error.to_string()))?;
            if bytes.is_empty() {
                return Err(wrong("must not be empty".to_owned()));
            }
            return Ok(Some((name, bytes.freeze())));
        }
        Ok(None)
    }
}

/// A name of a few characters comes in one piece.
fn text(chunk: Bytes) -> String {
    String::from_utf8_lossy(&chunk).into_owned()
}

fn too_large(largest: u64) -> Failure {
    let most = largest / (1024 * 1024);
    Failure::too_large(format!("A file may have at most {most} MB."))
}
