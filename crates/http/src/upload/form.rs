use std::time::Duration;

use axum::{
    body::Body,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use domain::{Doctor, FileName, RoomId};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout, timeout_at};

use super::{budget::Share, file_name};
use crate::{app::MountContext, extract::MAX_BODY, failure::Failure};

/// A multipart form with files in it, read one file at a time.
pub(crate) struct Form {
    /// None after it turned out to be unreadable.
    parts: Option<Multipart>,
    /// Largest file, in bytes.
    largest: u64,
    client_id: Option<String>,
    pace: Pace,
    _share: Share,
}

/// How much is set aside for a file of unknown size before anything of it has come.
const FIRST: u64 = 64 * 1024;

/// How long what is refused is read on: most browsers hear the answer only when all is sent.
const READ_ON: Duration = Duration::from_secs(10);

impl Form {
    /// A form for files of a room. Whether the doctor may send any, and whether there is room for them,
    /// is known before anything of the body is read; `files` is the most that it may hold.
    pub(crate) async fn open(
        at: &MountContext,
        doctor: &Doctor,
        room: &RoomId,
        files: u64,
        request: Request,
    ) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let length = parts.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        match Self::judge(at, doctor, room, files, length).await {
            Ok(share) => {
                let request = Request::from_parts(parts, body);
                let parts = Multipart::from_request(request, &()).await;
                let parts = parts.map_err(|_| Failure::wrong_media_type("multipart/form-data"))?;
                Ok(Self {
                    parts: Some(parts),
                    largest: at.chat.capabilities().max_attachment_bytes,
                    client_id: None,
                    pace: Pace::begin(),
                    _share: share,
                })
            }
            Err(refused) => {
                tokio::spawn(timeout(READ_ON, read_on(body)));
                Err(refused)
            }
        }
    }

    async fn judge(
        at: &MountContext,
        doctor: &Doctor,
        room: &RoomId,
        files: u64,
        length: Option<u64>,
    ) -> Result<Share, Failure> {
        let largest = at.chat.capabilities().max_attachment_bytes;
        let wrapping = MAX_BODY as u64;
        at.chat.may_upload(doctor, room).await?;
        if length.is_some_and(|length| length > largest.saturating_mul(files) + wrapping) {
            return Err(too_large(largest));
        }
        // One file is held at a time.
        let held = length.unwrap_or(u64::MAX).min(largest + wrapping);
        let share = at.shell.uploads.budget.share(doctor.id(), held).await;
        share.ok_or_else(Failure::too_many_uploads)
    }

    /// The sender's own id for the message, when it came before the files.
    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The next file of the field `file`. It is held once: a part that grows too large is given up
    /// at once, whatever still comes.
    pub(crate) async fn next_file(&mut self) -> Result<Option<(FileName, Bytes)>, Failure> {
        let Some(mut parts) = self.parts.take() else {
            return Ok(None);
        };
        let next = self.read_file(&mut parts).await;
        match &next {
            Ok(_) => self.parts = Some(parts),
            Err(_) => drop(tokio::spawn(timeout(READ_ON, read_parts_on(parts)))),
        }
        next
    }

    async fn read_file(
        &mut self,
        parts: &mut Multipart,
    ) -> Result<Option<(FileName, Bytes)>, Failure> {
        let largest = self.largest;
        let unreadable = |error: MultipartError| unreadable(&error, largest);
        while let Some(mut part) = self
            .pace
            .keep(parts.next_field())
            .await?
            .map_err(unreadable)?
        {
            if part.name() == Some("client_id") {
                let text = self.pace.keep(part.chunk()).await?.map_err(unreadable)?;
                self.client_id = text.map(|text| String::from_utf8_lossy(&text).into_owned());
                continue;
            }
            let disposition = part.headers().get(header::CONTENT_DISPOSITION);
            let name = disposition.and_then(|value| file_name::of(value.as_bytes()));
            let Some(name) = name.filter(|_| part.name() == Some("file")) else {
                continue;
            };
            let bytes = self.read_bytes(&mut part).await?;
            // A browser sends a field in which no file was chosen as a nameless, empty one.
            if name.is_empty() && bytes.is_empty() {
                continue;
            }
            if bytes.is_empty() {
                return Err(Failure::invalid_field("file", "must not be empty"));
            }
            return Ok(Some((FileName::or_plain(&name), bytes)));
        }
        Ok(None)
    }

    async fn read_bytes(&mut self, part: &mut Field<'_>) -> Result<Bytes, Failure> {
        let largest = self.largest;
        let first = usize::try_from(FIRST.min(largest)).unwrap_or_default();
        let mut bytes = BytesMut::with_capacity(first);
        loop {
            let chunk = self.pace.keep(part.chunk()).await?;
            let Some(chunk) = chunk.map_err(|error| unreadable(&error, largest))? else {
                return Ok(bytes.freeze());
            };
            if (bytes.len() + chunk.len()) as u64 > largest {
                return Err(too_large(largest));
            }
            bytes.extend_from_slice(&chunk);
            self.pace.came(chunk.len());
        }
    }
}

/// How slowly an upload may come: it holds memory, and its line may be dead.
struct Pace {
    begun: Instant,
    received: u64,
}

impl Pace {
    const START: Duration = Duration::from_secs(30);
    /// Slower than any mobile network on which somebody would wait for it.
    const BYTES_A_SECOND: u64 = 4 * 1024;

    fn begin() -> Self {
        Self {
            begun: Instant::now(),
            received: 0,
        }
    }

    fn came(&mut self, bytes: usize) {
        self.received += bytes as u64;
    }

    fn deadline(&self) -> Instant {
        let earned = Duration::from_secs(self.received / Self::BYTES_A_SECOND);
        self.begun + Self::START + earned
    }

    async fn keep<T>(&self, next: impl Future<Output = T>) -> Result<T, Failure> {
        let kept = timeout_at(self.deadline(), next).await;
        kept.map_err(|_| Failure::too_slow())
    }
}

/// Throws away what still comes.
async fn read_on(body: Body) {
    let mut body = body.into_data_stream();
    while let Some(Ok(_)) = body.next().await {}
}

async fn read_parts_on(mut parts: Multipart) {
    while let Ok(Some(mut part)) = parts.next_field().await {
        while let Ok(Some(_)) = part.chunk().await {}
    }
}

fn unreadable(error: &MultipartError, largest: u64) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(largest),
        _ => Failure::bad_request("The upload is not well-formed multipart data or was cut off."),
    }
}

fn too_large(largest: u64) -> Failure {
    let most = largest / (1024 * 1024);
    Failure::too_large(format!("A file may have at most {most} MB."))
}
