use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{AttachmentId, RoomId};
use ports::Fetched;

use crate::{
    app::MountContext,
    extract::Ids,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
    json::AttachmentJson,
    measurements,
    upload::Form,
};

/// Sends a file to the room, for a message to come: multipart, field `file`.
#[utoipa::path(post, path = "/rooms/{room}/attachments", tag = "attachments", params(("room" = String, Path)),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentJson), (status = 404, body = Problem), (status = 408, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn upload(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    request: Request,
) -> Result<Response, Failure> {
    let mut form = Form::open(&at, &doctor, &room, 1, request).await?;
    let Some((name, bytes)) = form.next_file().await? else {
        return Err(Failure::invalid_field("file", "is required"));
    };
    let file = at.shell.uploads.prepare(name, bytes).await?;
    let attachment = at.chat.attachments().upload(&doctor, &room, &file).await?;
    measurements::uploaded(&at, attachment.size);
    Ok((StatusCode::CREATED, Json(AttachmentJson::from(&attachment))).into_response())
}

/// The bytes of a file; membership is checked each time.
#[utoipa::path(get, path = "/attachments/{attachment}", tag = "attachments", params(("attachment" = String, Path)),
    responses((status = 200, body = Vec<u8>), (status = 404, body = Problem)))]
pub(crate) async fn fetch(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(id): Ids<AttachmentId>,
) -> Result<Response, Failure> {
    let fetched = at.chat.attachments().fetch(&doctor, &id).await?;
    Ok(download(fetched))
}

/// The small picture of a picture; 404 for other files.
#[utoipa::path(get, path = "/attachments/{attachment}/thumbnail", tag = "attachments",
    params(("attachment" = String, Path)),
    responses((status = 200, body = Vec<u8>), (status = 404, body = Problem)))]
pub(crate) async fn thumbnail(
    State(at): State<MountContext>,
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
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(id): Ids<AttachmentId>,
) -> Result<StatusCode, Failure> {
    at.chat.attachments().discard(&doctor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A picture that we decoded and encoded ourselves is shown. Everything else is saved, under a type
/// that no browser runs.
fn download(fetched: Fetched) -> Response {
    let attachment = fetched.attachment;
    let way = match attachment.picture {
        Some(_) => "inline",
        None => "attachment",
    };
    let name = percent_encoded(&attachment.name.to_save());
    let disposition = format!("{way}; filename*=UTF-8''{name}");
    let is_runnable = ["text/html", "text/xml", "image/svg+xml"];
    let media_type = if is_runnable.contains(&attachment.media_type.as_str()) {
        "application/octet-stream"
    } else {
        &attachment.media_type
    };
    let mut response = private(media_type, &disposition, Body::from_stream(fetched.content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, attachment.size.into());
    response
}

/// Bytes for the doctor who asked, and for no cache.
fn private(media_type: &str, disposition: &str, body: impl IntoResponse) -> Response {
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
    (headers, body).into_response()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_the_header() {
        assert_eq!(
            percent_encoded("a\"; x=\r\n.png"),
            "a%22%3B%20x%3D%0D%0A.png"
        );
    }
}
