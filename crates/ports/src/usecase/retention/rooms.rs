//! Messages and files.

use domain::{Kept, KeptOfRooms};
use jiff::Timestamp;

use super::{DisposalChat, DueItem, Walk};
use crate::{
    DISPOSED_AT_ONCE, Disposal, DisposalRoom, DueMessage, Error, ErrorKind, MoveState, Result,
};

/// From which moment on messages and files of a room are kept.
struct Limits {
    messages: Timestamp,
    files: Timestamp,
}

impl Walk<'_> {
    pub(super) async fn chat(&mut self, chat: DisposalChat, disposal: &dyn Disposal) -> Result<()> {
        let nothing = KeptOfRooms::default();
        if (self.rules.messages, self.rules.files) == (nothing, nothing) && !self.held.is_any() {
            return Ok(());
        }
        let walked = self.rooms(chat, disposal).await;
        // Also of a run that is broken off: the next one may be a month away.
        if self.removes
            && let Err(error) = disposal.clear_traces().await
        {
            self.leave(chat.as_str(), None, &error);
        }
        match walked {
            Err(Failure::Own(error)) => Err(error),
            Err(Failure::Of(error)) => {
                self.leave(chat.as_str(), None, &error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn rooms(&mut self, chat: DisposalChat, disposal: &dyn Disposal) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let page = disposal.rooms(after.as_ref()).await.map_err(Failure::Of)?;
            let is_last = page.len() < DISPOSED_AT_ONCE;
            after = page.last().map(|room| room.id.clone());
            for room in page {
                self.list.goes_on().map_err(Failure::Own)?;
                self.found.rooms += 1;
                match self.room(chat, disposal, &room).await {
                    Err(Failure::Of(error)) if error.kind() != ErrorKind::Unavailable => {
                        self.leave(chat.as_str(), Some(room.id), &error);
                    }
                    dealt_with => dealt_with?,
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }

    async fn room(
        &mut self,
        chat: DisposalChat,
        disposal: &dyn Disposal,
        room: &DisposalRoom,
    ) -> Result<(), Failure> {
        let Some(limits) = self.limits(room) else {
            return Ok(());
        };
        let due = all_due(disposal, room, limits.messages.max(limits.files)).await?;
        let (messages, with_files): (Vec<_>, Vec<_>) = due
            .into_iter()
            .partition(|message| message.sent_at < limits.messages);
        let with_files: Vec<DueMessage> = with_files
            .into_iter()
            .filter(|message| message.sent_at < limits.files && !message.files.is_empty())
            .collect();
        if messages.is_empty() && with_files.is_empty() {
            return Ok(());
        }
        if self.is_moving(chat, room).await? {
            let error = Error::conflict(
                "it is being moved to the other chat, or Stream is not set up here; it is for the next run",
            );
            return Err(Failure::Of(error));
        }
        for some in messages.chunks(DISPOSED_AT_ONCE) {
            let free = self.not_held(room, some).await?;
            self.found.held_messages += (some.len() - free.len()) as u64;
            self.messages(chat, disposal, room, &free).await?;
        }
        for some in with_files.chunks(DISPOSED_AT_ONCE) {
            let free = self.not_held(room, some).await?;
            self.found.held_files += (some.len() - free.len()) as u64;
            self.files(chat, disposal, room, &free).await?;
        }
        Ok(())
    }

    /// Messages that no hold keeps.
    async fn not_held(
        &mut self,
        room: &DisposalRoom,
        due: &[DueMessage],
    ) -> Result<Vec<DueMessage>, Failure> {
        self.list.goes_on().map_err(Failure::Own)?;
        if self.removes {
            // Somebody may have placed a hold since the last removal.
            self.held.refresh(self.stores).await.map_err(Failure::Own)?;
        }
        if self.held.keeps(room) {
            return Ok(Vec::new());
        }
        let free = due
            .iter()
            .filter(|due| !self.held.keeps_author(due.author.as_ref()));
        Ok(free.cloned().collect())
    }

    fn limits(&self, room: &DisposalRoom) -> Option<Limits> {
        let messages = self.rules.messages.of(&room.kind);
        let files = self.rules.files.of(&room.kind);
        let limit = |kept: Kept| kept.map_or(Timestamp::MIN, |kept| kept.before(self.now));
        let limits = Limits {
            messages: limit(messages),
            files: limit(files),
        };
        (limits.messages.max(limits.files) > Timestamp::MIN).then_some(limits)
    }

    /// Whether a room is on its way between the chats, where removing would look as if something was lost.
    async fn is_moving(&self, chat: DisposalChat, room: &DisposalRoom) -> Result<bool, Failure> {
        let moves = &self.stores.moves;
        let found = match chat {
            DisposalChat::Legacy => moves.by_legacy(&room.id).await,
            DisposalChat::Stream => moves.by_stream(&room.id).await,
        };
        let found = found.map_err(Failure::Own)?;
        Ok(found.is_some_and(|found| match found.state {
            MoveState::Copying => true,
            // Nobody can be asked who takes part there.
            MoveState::Moved if self.stores.stream.is_none() => self.held.is_of_people(),
            MoveState::Moved | MoveState::Returned => found.is_shut,
        }))
    }

    async fn messages(
        &mut self,
        chat: DisposalChat,
        disposal: &dyn Disposal,
        room: &DisposalRoom,
        due: &[DueMessage],
    ) -> Result<(), Failure> {
        if due.is_empty() {
            return Ok(());
        }
        for message in due {
            let item = DueItem::Message {
                chat,
                room: room.id.clone(),
                message: message.id.clone(),
                sent_at: message.sent_at,
                files: message.files.clone(),
            };
            self.list.add(&item).map_err(Failure::Own)?;
        }
        if self.removes {
            self.list.keep().map_err(Failure::Own)?;
            return self.remove(chat, disposal, room, due).await;
        }
        self.count(chat, due.len(), files(due));
        Ok(())
    }

    /// Removes messages. One that something stands in the way of keeps no other from going.
    async fn remove(
        &mut self,
        chat: DisposalChat,
        disposal: &dyn Disposal,
        room: &DisposalRoom,
        due: &[DueMessage],
    ) -> Result<(), Failure> {
        let (mut parts, mut in_the_way) = (vec![due], None);
        while let Some(part) = parts.pop() {
            let ids: Vec<_> = part.iter().map(|message| message.id.clone()).collect();
            let failure = match disposal.remove_messages(&room.id, &ids).await {
                Ok(removal) => {
                    self.count(chat, removal.messages, removal.files);
                    removal.broken_off
                }
                Err(failure) => Some(failure),
            };
            match failure {
                None => {}
                Some(failure) if failure.kind() != ErrorKind::Conflict => {
                    self.not_removed(chat, room)?;
                    return Err(Failure::Of(failure));
                }
                Some(_) if part.len() > 1 => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                Some(failure) => in_the_way = Some(failure),
            }
        }
        match in_the_way {
            None => Ok(()),
            Some(error) => {
                self.not_removed(chat, room)?;
                Err(Failure::Of(error))
            }
        }
    }

    fn not_removed(&mut self, chat: DisposalChat, room: &DisposalRoom) -> Result<(), Failure> {
        let room = room.id.clone();
        let item = DueItem::NotRemoved { chat, room };
        self.list.add(&item).map_err(Failure::Own)
    }

    fn count(&mut self, chat: DisposalChat, messages: usize, files: usize) {
        match chat {
            DisposalChat::Legacy => self.found.legacy_messages += messages as u64,
            DisposalChat::Stream => self.found.stream_messages += messages as u64,
        }
        self.found.files += files as u64;
    }

    async fn files(
        &mut self,
        chat: DisposalChat,
        disposal: &dyn Disposal,
        room: &DisposalRoom,
        due: &[DueMessage],
    ) -> Result<(), Failure> {
        if due.is_empty() {
            return Ok(());
        }
        for message in due {
            let item = DueItem::Files {
                chat,
                room: room.id.clone(),
                message: message.id.clone(),
                sent_at: message.sent_at,
                files: message.files.clone(),
            };
            self.list.add(&item).map_err(Failure::Own)?;
        }
        if !self.removes {
            self.count(chat, 0, files(due));
            return Ok(());
        }
        self.list.keep().map_err(Failure::Own)?;
        let failure = match disposal.remove_files(&room.id, due).await {
            Ok(removal) => {
                self.count(chat, 0, removal.files);
                removal.broken_off
            }
            Err(failure) => Some(failure),
        };
        match failure {
            None => Ok(()),
            Some(failure) => {
                self.not_removed(chat, room)?;
                Err(Failure::Of(failure))
            }
        }
    }
}

/// A failure of the chat, which leaves the rest alone, or one of what every removal needs.
enum Failure {
    Of(Error),
    Own(Error),
}

fn files(due: &[DueMessage]) -> usize {
    due.iter().map(|message| message.files.len()).sum()
}

/// Everything of a room that was sent before a moment, read before anything is removed.
async fn all_due(
    disposal: &dyn Disposal,
    room: &DisposalRoom,
    before: Timestamp,
) -> Result<Vec<DueMessage>, Failure> {
    let mut due: Vec<DueMessage> = Vec::new();
    loop {
        let page = disposal.due(&room.id, before, due.last()).await;
        let page = page.map_err(Failure::Of)?;
        let is_last = page.len() < DISPOSED_AT_ONCE;
        due.extend(page);
        if is_last {
            return Ok(due);
        }
    }
}
