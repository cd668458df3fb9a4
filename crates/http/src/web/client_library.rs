use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{app::MountContext, failure::Failure, identity::CurrentDoctor};

/// `GET P/client-library.js`: the backend's own client library, as whoever runs the service gave
/// it. Its address changes with it, so it may be kept; for doctors, whose pages load it.
pub(crate) async fn script(
    State(at): State<MountContext>,
    CurrentDoctor(_): CurrentDoctor,
) -> Result<Response, Failure> {
    let library = at.mount.library.as_ref();
    let script = library
        .and_then(|library| library.text())
        .ok_or_else(Failure::not_found)?;
    let about = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
    ];
    Ok((about, script).into_response())
}
