use domain::{Content, Doctor, MessageId, NewMessage, RoomId, StaffId, Urgency};
use ports::{Error, Posted, Result};

use crate::{
    asked::{addressed, plainly},
    attachments::StoredFile,
    client::{self, Custom, Kind, Member, Sent},
    convert::URGENT_REASON,
    failure::told,
    ids,
    store::Store,
};

/// The field that says which call stored a message, so that a first send whose answer was lost is
/// not taken for a repeat.
const SENDING: &str = "sending_id";

impl Store {
    pub(super) async fn post_message(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        new: &NewMessage,
    ) -> Result<Posted> {
        let id = ids::message(room, doctor, &new.client_id);
        let (state, reply, files) = tokio::join!(
            self.state(doctor, room, 1),
            self.check_reply(room, new.reply_to.as_ref()),
            self.own_files(doctor, room, new.content.attachments()),
        );
        let state = state?;
        self.users.ensure(&self.client, &[doctor]).await?;
        let mentions = check_mentions(&state.members, new.content.mentions());
        let ready = match (reply.and(mentions), files) {
            (Ok(()), Ok(files)) => self.claim(doctor, &id, &files).await.map(|()| files),
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        let files = match ready {
            Ok(files) => files,
            // A repeat is answered with the first message, whatever it wants to say.
            Err(error) => {
                let Some(first) = self.find(room, &id).await? else {
                    return Err(error);
                };
                return self.posted(&first, &state.members, true).await;
            }
        };
        if new.urgency == Urgency::Urgent {
            self.note_urgent(&state, &id).await?;
        }
        let members = state.members;
        let sending = format!("{:016x}", rand::random::<u64>());
        let message = wire_message(doctor, &id, new, &sending, &files);
        let sent = self
            .client
            .send_message_as(&self.channel_type, room.as_str(), &message, &plainly())
            .await;
        match sent {
            Ok(Sent::Now(wire)) => self.posted(&wire, &members, false).await,
            Ok(Sent::Before(wire)) => {
                let by = wire.custom.get(SENDING).and_then(|by| by.as_str());
                let repeated = by != Some(sending.as_str());
                self.posted(&wire, &members, repeated).await
            }
            Err(error) if error.kind() == Kind::TextTooLong => {
                Err(Error::invalid("text", "is longer than Stream takes").with_source(error))
            }
            Err(error) => Err(told(error)),
        }
    }

    async fn posted(
        &self,
        wire: &client::Message,
        members: &[Member],
        repeated: bool,
    ) -> Result<Posted> {
        let message = self.message(wire, members).await?;
        let message = message
            .ok_or_else(|| Error::internal("Stream changed a message beyond recognition"))?;
        Ok(Posted { message, repeated })
    }

    async fn check_reply(&self, room: &RoomId, reply_to: Option<&MessageId>) -> Result<()> {
        let Some(id) = reply_to else { return Ok(()) };
        match self.find(room, id).await? {
            Some(_) => Ok(()),
            None => Err(Error::invalid("reply_to", "must be a message of this room")),
        }
    }
}

fn wire_message<'a>(
    doctor: &'a Doctor,
    id: &'a MessageId,
    new: &'a NewMessage,
    sending: &str,
    files: &[StoredFile],
) -> client::NewMessage {
    let mut custom = Custom::new();
    custom.insert("client_id".to_owned(), new.client_id.as_str().into());
    custom.insert(SENDING.to_owned(), sending.into());
    if new.urgency == Urgency::Urgent {
        custom.insert("urgency".to_owned(), new.urgency.as_str().into());
    }
    if let Some(reason) = new.reason() {
        custom.insert(URGENT_REASON.to_owned(), reason.as_str().into());
    }
    let files: Vec<_> = files.iter().map(StoredFile::on_the_wire).collect();
    let text = text_of(&new.content);
    let message = client::NewMessage::new(id.as_str(), doctor.id().as_str(), text)
        .attachments(files)
        .with_all(custom);
    addressed(
        message,
        new.reply_to.as_ref(),
        new.content.mentions().iter(),
    )
}

/// Whoever is mentioned takes part in the room.
pub(super) fn check_mentions(members: &[Member], mentioned: &[StaffId]) -> Result<()> {
    let takes_part = |id: &StaffId| members.iter().any(|member| member.user_id() == id.as_str());
    if mentioned.iter().all(takes_part) {
        Ok(())
    } else {
        Err(Error::invalid(
            "mention_ids",
            "must be participants of this room",
        ))
    }
}

/// The words; Stream's messages without words have an empty text.
pub(super) fn text_of(content: &Content) -> &str {
    content.text().map_or("", |text| text.as_str())
}
