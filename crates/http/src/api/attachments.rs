use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::{Attachment, AttachmentId, FileName, RoomId};
use ports::NewAttachment;

use crate::{
    app::At,
    extract::Ids,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
    json::AttachmentJson,
};

/// Sends a file to the room, for a message to come: multipart, field `file`.
#[utoipa::path(post, path = "/rooms/{room}/attachments", tag = "attachments", params(("room" = String, Path)),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentJson), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn upload(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Failure> {
    let mut form = form.map_err(|_| Failure::wrong_media_type("multipart/form-data"))?;
    let limit = at.chat.capabilities().max_attachment_bytes;
    let unreadable = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::too_large(format!("A file may be at most {limit} bytes."))
        }
        _ => Failure::bad_request("The upload is not well-formed multipart data or was cut off."),
    };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = FileName::parse(field.file_name().unwrap_or_default());
        let name = name.map_err(|error| Failure::invalid_field("file", error.to_string()))?;
        let bytes = field.bytes().await.map_err(unreadable)?;
        if bytes.is_empty() {
            return Err(Failure::invalid_field("file", "must not be empty"));
        }
        if bytes.len() as u64 > limit {
            return Err(Failure::too_large(format!(
                "A file may be at most {limit} bytes."
            )));
        }
        let file = NewAttachment {
            name,
            media_type: media_type(&bytes).to_owned(),
            bytes,
            picture: None,
        };
        let attachment = at.chat.attachments().upload(&doctor, &room, &file).await?;
        return Ok((StatusCode::CREATED, Json(AttachmentJson::from(&attachment))).into_response());
    }
    Err(Failure::invalid_field("file", "is required"))
}

/// The bytes of a file; membership is checked each time.
#[utoipa::path(get, path = "/attachments/{attachment}", tag = "attachments", params(("attachment" = String, Path)),
    responses((status = 200, body = Vec<u8>), (status = 404, body = Problem)))]
pub(crate) async fn fetch(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(id): Ids<AttachmentId>,
) -> Result<Response, Failure> {
    let fetched = at.chat.attachments().fetch(&doctor, &id).await?;
    Ok(download(&fetched.attachment, fetched.bytes))
}

/// The small picture of a picture; 404 for other files.
#[utoipa::path(get, path = "/attachments/{attachment}/thumbnail", tag = "attachments",
    params(("attachment" = String, Path)),
    responses((status = 200, body = Vec<u8>), (status = 404, body = Problem)))]
pub(crate) async fn thumbnail(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(id): Ids<AttachmentId>,
) -> Result<Response, Failure> {
    let bytes = at.chat.attachments().thumbnail(&doctor, &id).await?;
    let kind = if bytes.starts_with(b"\x89PNG") {
        "image/png"
    } else {
        "image/jpeg"
    };
    Ok(private(kind, "inline", bytes))
}

/// Takes back a file of one's own that was not sent.
#[utoipa::path(delete, path = "/attachments/{attachment}", tag = "attachments", params(("attachment" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn discard(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(id): Ids<AttachmentId>,
) -> Result<StatusCode, Failure> {
    at.chat.attachments().discard(&doctor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a browser could run is saved, never shown; pictures are shown.
fn download(attachment: &Attachment, bytes: Bytes) -> Response {
    const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let is_shown = SHOWN.contains(&attachment.media_type.as_str());
    let way = if is_shown { "inline" } else { "attachment" };
    let disposition = format!(
        "{way}; filename*=UTF-8''{}",
        percent_encoded(attachment.name.as_str())
    );
    private(&attachment.media_type, &disposition, bytes)
}

/// Bytes for the doctor who asked, and for no cache.
fn private(media_type: &str, disposition: &str, bytes: Bytes) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_str(media_type)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
    ];
    (headers, bytes).into_response()
}

/// As RFC 8187 wants a file name in a header.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// The type by content: what the uploader calls a file decides nothing.
fn media_type(bytes: &[u8]) -> &'static str {
    let is_text = || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    match infer::get(bytes) {
        Some(kind) => kind.mime_type(),
        None if is_text() => "text/plain",
        None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_the_type() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n...."), "image/png");
        assert_eq!(
            media_type("Befund: unauff\u{e4}llig".as_bytes()),
            "text/plain"
        );
        assert_eq!(media_type(b"\0\x01\x02"), "application/octet-stream");
    }

    #[test]
    fn a_name_cannot_break_out_of_the_header() {
        assert_eq!(
            percent_encoded("a\"; x=\r\n.png"),
            "a%22%3B%20x%3D%0D%0A.png"
        );
    }
}
