use diesel::Queryable;
use domain::{Attachment, AttachmentId, FileName, Picture, RoomId};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// A file as both engines answer it, in this order of columns.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct FileRow {
    pub id: i64,
    pub room_id: i64,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

/// A file in the JSON list of a message's.
#[derive(Deserialize)]
pub(crate) struct FileJson {
    id: i64,
    name: String,
    media_type: String,
    size: i64,
    width: Option<i64>,
    height: Option<i64>,
}

impl FileRow {
    /// A file may wait so long for its message; then it may go, and an hour later it does.
    pub const UNSENT_HOURS: i64 = 24;

    /// The upload time, in microseconds, before which a file that is still not sent is to be deleted.
    pub fn overdue(now: Timestamp) -> i64 {
        let wait = SignedDuration::from_hours(Self::UNSENT_HOURS + 1);
        now.saturating_sub(wait)
            .map_or(0, Timestamp::as_microsecond)
    }

    /// The file; none when its size is none.
    pub fn into_attachment(self) -> Option<Attachment> {
        let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
        Some(Attachment {
            id: AttachmentId::from(self.id),
            room: RoomId::from(self.room_id),
            name: FileName::or_plain(&self.name),
            media_type: self.media_type,
            size: u64::try_from(self.size).ok()?,
            picture: match (side(self.width), side(self.height)) {
                (Some(width), Some(height)) => Some(Picture { width, height }),
                _ => None,
            },
        })
    }
}

impl FileJson {
    pub(crate) fn in_room(self, room_id: i64) -> FileRow {
        FileRow {
            id: self.id,
            room_id,
            name: self.name,
            media_type: self.media_type,
            size: self.size,
            width: self.width,
            height: self.height,
        }
    }
}
