use bytes::Bytes;
use domain::{Attachment, AttachmentId, Doctor, FileName, MessageId, RoomId};
use futures_util::future::try_join_all;
use ports::{Error, NewAttachment, Result};

use super::{StoredFile, records::CHANNEL as RECORDS, unsent::is_nobody};
use crate::{failure::Told, importer::service, store::Store, users::SERVICE};

impl Store {
    /// Stores a file and its record.
    pub(super) async fn keep(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        self.users.ensure(&self.client, &[doctor]).await?;
        let id = format!("{:032x}", rand::random::<u128>());
        let attachment = Attachment {
            id: AttachmentId::parse(&id).map_err(|_| Error::internal("no id for a file"))?,
            room: room.clone(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.bytes.len() as u64,
            picture: file.picture.as_ref().map(|picture| picture.size),
        };
        // Whatever happens from here on, the sweep comes by.
        self.write_reminder(&attachment.id).await?;
        let thumbnail = file.picture.as_ref().map(|picture| &picture.thumbnail);
        let place = (room.as_str(), doctor.id().as_str());
        let (url, thumbnail_url) = self
            .send_file(place, &attachment, &file.bytes, thumbnail)
            .await?;
        let stored = StoredFile {
            url,
            thumbnail_url,
            uploader: doctor.id().clone(),
            attachment,
        };
        self.write_record(&stored).await?;
        Ok(stored.attachment)
    }

    /// A file the doctor may have.
    pub(super) async fn file_for(
        &self,
        doctor: &Doctor,
        file: &AttachmentId,
    ) -> Result<StoredFile> {
        let none = || Error::not_found("file");
        let (record, carrier) = tokio::try_join!(self.record(file), self.claimed_by(file))?;
        let record = record.ok_or_else(none)?;
        let room = &record.attachment.room;
        // The message that carries it, or none while that is on its way.
        let carrying = async {
            match &carrier {
                Some(message) => self.find(room, message).await,
                None => Ok(None),
            }
        };
        let is_inside = async {
            match self.state(doctor, room, 1).await {
                Ok(_) => Ok(true),
                Err(error) if error.kind() == ports::ErrorKind::NotFound => Ok(false),
                Err(error) => Err(error),
            }
        };
        let (message, inside) = tokio::try_join!(carrying, is_inside)?;
        let shown = match message {
            Some(message) => message.deleted_at.is_none(),
            None => record.uploader == *doctor.id() && !is_nobody(carrier.as_ref()),
        };
        if inside && shown {
            Ok(record)
        } else {
            Err(none())
        }
    }

    /// The doctor's own files for this room, in order, for a message to carry.
    pub(crate) async fn own_files(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        files: &[AttachmentId],
    ) -> Result<Vec<StoredFile>> {
        let found = try_join_all(files.iter().map(|file| self.record(file))).await?;
        let own =
            |file: &StoredFile| file.uploader == *doctor.id() && file.attachment.room == *room;
        let files: Option<Vec<StoredFile>> =
            found.into_iter().map(|file| file.filter(own)).collect();
        files.ok_or_else(wrong)
    }

    /// Makes the message the one that carries these files.
    pub(crate) async fn claim(
        &self,
        doctor: &Doctor,
        message: &MessageId,
        files: &[StoredFile],
    ) -> Result<()> {
        // First whether all are free, so that a message with one wrong file takes none.
        let known = try_join_all(
            files
                .iter()
                .map(|file| self.claimed_by(&file.attachment.id)),
        );
        if known
            .await?
            .iter()
            .flatten()
            .any(|carrier| carrier != message)
        {
            return Err(wrong());
        }
        for file in files {
            let carrier = self
                .write_claim(&file.attachment.id, doctor.id(), message)
                .await?;
            if carrier.as_ref() != Some(message) {
                return Err(wrong());
            }
        }
        Ok(())
    }
}

impl Store {
    /// Stores a file that a message from elsewhere carries, under the id that it is given.
    pub(crate) async fn carry_file(
        &self,
        message: &MessageId,
        attachment: Attachment,
        bytes: Bytes,
        thumbnail: Option<Bytes>,
    ) -> Result<StoredFile> {
        let (url, thumbnail_url) = self
            .send_file((RECORDS, SERVICE), &attachment, &bytes, thumbnail.as_ref())
            .await?;
        let stored = StoredFile {
            url,
            thumbnail_url,
            uploader: service()?,
            attachment,
        };
        self.write_claim(&stored.attachment.id, &stored.uploader, message)
            .await?;
        // Last: a file with a record is there as a whole.
        self.write_record(&stored).await?;
        Ok(stored)
    }

    /// Hands a file and its thumbnail to Stream, in a channel and a user's name: where both are.
    async fn send_file(
        &self,
        (channel, user): (&str, &str),
        attachment: &Attachment,
        bytes: &Bytes,
        thumbnail: Option<&Bytes>,
    ) -> Result<(String, Option<String>)> {
        let id = attachment.id.as_str();
        let send = async |name: String, media_type: &str, bytes: &Bytes| {
            let kind = &self.channel_type;
            let upload =
                self.client
                    .upload_file(kind, channel, user, &name, media_type, bytes.clone());
            upload.await
        };
        let thumbnail_url = match thumbnail {
            Some(thumbnail) => {
                let (ending, media_type) = kind_of(thumbnail);
                let name = format!("{id}-thumbnail.{ending}");
                Some(send(name, media_type, thumbnail).await.told()?)
            }
            None => None,
        };
        let name = wire_name(id, &attachment.name);
        let url = send(name, &attachment.media_type, bytes).await.told()?;
        Ok((url, thumbnail_url))
    }
}

/// A thumbnail is a JPEG or a PNG.
fn kind_of(thumbnail: &Bytes) -> (&'static str, &'static str) {
    if thumbnail.starts_with(b"\x89PNG") {
        ("png", "image/png")
    } else {
        ("jpg", "image/jpeg")
    }
}

fn wrong() -> Error {
    Error::invalid(
        "attachment_ids",
        "must be files you uploaded to this room and did not send yet",
    )
}

/// The name a file has at Stream, where it is part of a link: only the kind is taken over, as the
/// name a doctor gave it may be a patient's.
fn wire_name(id: &str, name: &FileName) -> String {
    let kind = name
        .as_str()
        .rsplit_once('.')
        .map(|(_, kind)| kind.to_ascii_lowercase());
    let is_plain = |kind: &String| {
        (1..=5).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match kind.filter(is_plain) {
        Some(kind) => format!("{id}.{kind}"),
        None => id.to_owned(),
    }
}
