use async_trait::async_trait;
use domain::{AttachmentId, MessageId, RoomId, StaffId};
use jiff::Timestamp;
use ports::{DISPOSED_AT_ONCE, Disposal, DisposalRoom, DueMessage, Error, Removal, Result};
use serde_json::{Value, json};

use crate::{
    asked::plain_change,
    attachments::removed_on_the_wire,
    client::{self, ChannelState, Deletion, Kind, Message, MessageChange, MessageRange},
    convert::{SENT_AT, SENT_AT_ESTIMATED, message_from_wire},
    failure::{Told, told},
    ids,
    messages::RECALLED_FILES,
    rooms::{changes::people, place},
    store::{MEMBERS, Store},
    users::SERVICE,
};

/// Messages of one answer; Stream tells 300 at most.
const PAGE: usize = 250;

#[async_trait]
impl Disposal for Store {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<DisposalRoom>> {
        let start = match after {
            None => None,
            Some(room) => self.any_state(room).await?.as_ref().map(place),
        };
        let rooms = self.rooms_after(start, DISPOSED_AT_ONCE, MEMBERS).await?;
        Ok(rooms.iter().filter_map(disposal_room).collect())
    }

    async fn due<'a>(
        &self,
        room: &RoomId,
        before: Timestamp,
        after: Option<&'a DueMessage>,
    ) -> Result<Vec<DueMessage>> {
        let mut after = after.map(|after| after.id.to_string());
        let mut due = Vec::new();
        loop {
            let range = match &after {
                None => MessageRange::Since(Timestamp::UNIX_EPOCH),
                Some(id) => MessageRange::After(id),
            };
            let most = PAGE.min(DISPOSED_AT_ONCE - due.len());
            let (kind, id) = (&self.channel_type, room.as_str());
            let page = self.client.channel_messages(kind, id, range, most).await;
            let page = match page {
                Ok(page) => page.messages,
                // Somebody else removed the room.
                Err(error) if error.kind() == Kind::NotFound => return Ok(due),
                Err(error) => return Err(told(error)),
            };
            after = page.last().map(|message| message.id.clone());
            let all = page.iter().filter_map(|wire| self.old_message(wire));
            due.extend(all.filter(|message| message.sent_at < before));
            // Stream tells the oldest first by its own time; what was brought has an earlier one of its own.
            let may_be_more =
                |wire: &Message| wire.created_at < before || wire.custom.contains_key(SENT_AT);
            let is_last = page.len() < most || !page.iter().any(may_be_more);
            if is_last || due.len() >= DISPOSED_AT_ONCE {
                return Ok(due);
            }
        }
    }

    async fn remove_messages(&self, room: &RoomId, messages: &[MessageId]) -> Result<Removal> {
        let mut removal = Removal::default();
        for id in messages {
            if let Err(failure) = self.remove_message(room, id, &mut removal).await {
                return Ok(removal.broken_off(failure));
            }
        }
        Ok(removal)
    }

    async fn remove_files(&self, _: &RoomId, messages: &[DueMessage]) -> Result<Removal> {
        let mut removal = Removal::default();
        for message in messages {
            if let Err(failure) = self.remove_files_of(message, &mut removal).await {
                return Ok(removal.broken_off(failure));
            }
        }
        Ok(removal)
    }

    /// Does nothing: traces at Stream are Stream's own.
    async fn clear_traces(&self) -> Result<()> {
        Ok(())
    }
}

impl Store {
    /// Removes a message with its files, unless it is gone.
    async fn remove_message(
        &self,
        room: &RoomId,
        id: &MessageId,
        removal: &mut Removal,
    ) -> Result<()> {
        let wire = match self.client.message(id.as_str()).await {
            Ok(wire) if wire.cid == self.cid(room) => wire,
            Err(error) if error.kind() != Kind::NotFound => return Err(told(error)),
            _ => return Ok(()),
        };
        // The files first: once the message is gone nothing names them.
        for file in files(&wire) {
            let was_there = self.remove_file(&file).await?;
            // A text in a file is the message itself.
            removal.files += usize::from(was_there && !ids::is_moved_text(&file));
        }
        if wire.custom.contains_key("urgency") {
            self.forget_urgent(room, id.as_str()).await;
        }
        let deleted = self
            .client
            .delete_message(id.as_str(), SERVICE, Deletion::Hard);
        match deleted.await {
            Ok(_) => removal.messages += 1,
            Err(error) if error.kind() == Kind::NotFound => {}
            Err(error) => return Err(told(error)),
        }
        Ok(())
    }

    /// Removes the files of a message that stays, unless it is gone.
    async fn remove_files_of(&self, message: &DueMessage, removal: &mut Removal) -> Result<()> {
        let wire = match self.client.message(message.id.as_str()).await {
            Ok(wire) => wire,
            Err(error) if error.kind() == Kind::NotFound => return Ok(()),
            Err(error) => return Err(told(error)),
        };
        // The message first: it may not offer what is gone. Whatever stops in between goes on by the list of files that
        // the message keeps.
        let all = wire.attachments.iter();
        let attachments: Vec<Value> = all
            .map(|file| match attachment_id(file) {
                Some(id) if message.files.contains(&id) => Ok(removed_on_the_wire(&id)),
                _ => serde_json::to_value(file),
            })
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| Error::internal("an attachment of Stream's cannot be written"))?;
        let set = json!({ "attachments": attachments, RECALLED_FILES: message.files });
        self.change(&message.id, plain_change(SERVICE, set)).await?;
        for file in &message.files {
            removal.files += usize::from(self.remove_file(file).await?);
        }
        let done = plain_change(SERVICE, json!({})).unset([RECALLED_FILES]);
        self.change(&message.id, done).await
    }

    /// Changes a message. A recalled one stays as it is, and offers nothing.
    async fn change(&self, id: &MessageId, change: MessageChange) -> Result<()> {
        match self.client.update_message(id.as_str(), &change).await {
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => Ok(()),
            changed => changed.told().map(drop),
        }
    }

    /// A message of people's, also a recalled one, with the files that are still there.
    fn old_message(&self, wire: &Message) -> Option<DueMessage> {
        // One whose time was an estimate before its room moved stays until that is known better.
        if wire.custom.contains_key(SENT_AT_ESTIMATED) {
            return None;
        }
        let message = message_from_wire(&self.channel_type, wire)?;
        // A text that is too long for Stream lies in a file, which is the message itself and goes with it alone.
        let files = files(wire).into_iter().filter(|id| !ids::is_moved_text(id));
        let mut due = DueMessage::new(message.id, message.sent_at, files.collect());
        due.author = wire
            .user
            .as_ref()
            .and_then(|user| StaffId::parse(&user.id).ok());
        Some(due)
    }
}

/// The files of a message that are still there, and those of a recalled one.
fn files(wire: &Message) -> Vec<AttachmentId> {
    let room = RoomId::parse(wire.cid.rsplit(':').next().unwrap_or_default());
    let shown = room.into_iter().flat_map(|room| {
        let all = wire.attachments.iter();
        all.filter_map(move |file| crate::attachments::attachment(&room, file))
    });
    let shown = shown.filter(|file| !file.is_removed()).map(|file| file.id);
    let recalled = wire.custom.get(RECALLED_FILES).and_then(Value::as_array);
    let recalled = recalled.into_iter().flatten();
    let recalled = recalled.filter_map(|id| AttachmentId::parse(id.as_str()?).ok());
    let mut files: Vec<AttachmentId> = shown.chain(recalled).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// The id of a file that was sent through us.
fn attachment_id(file: &client::Attachment) -> Option<AttachmentId> {
    AttachmentId::parse(file.custom.get("file_id")?.as_str()?).ok()
}

/// None for a channel that is no room of ours.
fn disposal_room(state: &ChannelState) -> Option<DisposalRoom> {
    let id = RoomId::parse(&state.channel.id).ok()?;
    let members = state.members.iter().map(|member| member.user_id());
    let members = members.filter_map(|id| StaffId::parse(id).ok());
    let mut people: Vec<StaffId> = members.chain(people(&state.channel)).collect();
    people.sort_unstable();
    people.dedup();
    let kind = ids::kind_of(&id);
    Some(DisposalRoom::new(id, kind, people))
}
