//! A file as Stream's attachments hold it, in its record and in the message that carries it.

use domain::{Attachment, AttachmentId, FileName, Picture, RoomId, StaffId};
use serde_json::{Value, json};

use crate::client::{self, Message};

/// A file that Stream keeps for us.
#[derive(Clone)]
pub(crate) struct StoredFile {
    pub(crate) attachment: Attachment,
    pub(crate) uploader: StaffId,
    /// The address to fetch it from for now; made anew each time the record is read.
    pub(crate) url: String,
    /// The same for its thumbnail, when it is a picture.
    pub(crate) thumbnail_url: Option<String>,
}

impl StoredFile {
    /// The file as an attachment of a message.
    pub(crate) fn on_the_wire(&self) -> Value {
        let file = &self.attachment;
        let mut wire = json!({
            "type": "file",
            "asset_url": self.url,
            "title": file.name.as_str(),
            "mime_type": file.media_type,
            "file_size": file.size,
            "file_id": file.id,
        });
        if let (Some(picture), Some(thumbnail)) = (file.picture, &self.thumbnail_url) {
            wire["thumb_url"] = thumbnail.as_str().into();
            wire["original_width"] = picture.width.into();
            wire["original_height"] = picture.height.into();
        }
        wire
    }

    /// The file that a record speaks of.
    pub(super) fn of_record(record: &Message) -> Option<Self> {
        let wire = record.attachments.first()?;
        let room = record.custom.get("file_room")?.as_str()?;
        Some(Self {
            attachment: attachment(&RoomId::parse(room).ok()?, wire)?,
            uploader: StaffId::parse(&record.user.as_ref()?.id).ok()?,
            url: wire.asset_url.clone()?,
            thumbnail_url: wire.thumb_url.clone(),
        })
    }
}

/// A file that retention removed, in the message that carried it.
pub(crate) fn removed_on_the_wire(id: &AttachmentId) -> Value {
    json!({
        "type": "file",
        "title": FileName::removed().as_str(),
        "mime_type": Attachment::REMOVED,
        "file_size": 0,
        "file_id": id,
    })
}

/// A file that was sent through us; what others attached has no id by which it could be asked for.
pub(crate) fn attachment(room: &RoomId, wire: &client::Attachment) -> Option<Attachment> {
    let side = |field: &str| u32::try_from(wire.custom.get(field)?.as_u64()?).ok();
    Some(Attachment {
        id: AttachmentId::parse(text(wire, "file_id")?).ok()?,
        room: room.clone(),
        name: FileName::or_plain(wire.title.as_deref().unwrap_or_default()),
        media_type: text(wire, "mime_type")?.to_owned(),
        size: wire.custom.get("file_size")?.as_u64()?,
        picture: match (side("original_width"), side("original_height")) {
            (Some(width), Some(height)) => Some(Picture { width, height }),
            _ => None,
        },
    })
}

fn text<'a>(wire: &'a client::Attachment, field: &str) -> Option<&'a str> {
    wire.custom.get(field).and_then(Value::as_str)
}
