pub(crate) mod change;
pub(crate) mod post;
pub(crate) mod read;
mod search;
mod several;
mod versions;
mod waiting;

use async_trait::async_trait;
use domain::{
    Content, Doctor, Message, MessageCursor, MessageId, MessagePage, NewMessage, PageSize, RoomId,
    Search, SearchPage, Version,
};
use legacy::{key, room_key, staff_key};
use ports::{Error, Messages, Posted, Result};

use self::{
    change::Change,
    post::Post,
    read::{PageRow, WhyNothing},
};
use crate::{statement::Statement, store::Store};

#[async_trait]
impl Messages for Store {
    async fn post(&self, doctor: &Doctor, room: &RoomId, message: &NewMessage) -> Result<Posted> {
        let (room, author) = (room_key(room)?, staff_key(doctor)?);
        let (reply_to, attachments, mentions) = match post::keys(message) {
            Ok(keys) => keys,
            Err(error) => {
                self.check_participant(room, author).await?;
                return Err(error);
            }
        };
        let mut job = Post {
            room,
            author,
            profile: doctor.profile(),
            message: message.clone(),
            reply_to,
            attachments,
            mentions,
            entry: None,
        };
        let entry = job
            .is_plain()
            .then(|| self.sends.take(room, author, message.client_id.as_str()))
            .flatten();
        job.entry = entry.as_ref().map(|taken| taken.entry.clone());
        let done = self.posts_of(room).ask(job).await?;
        if let Some(entry) = entry.filter(|_| done.is_recorded) {
            entry.tell_stored();
        }
        done.posted
    }

    async fn page(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        cursor: &MessageCursor,
        size: PageSize,
    ) -> Result<MessagePage> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let limit = i64::try_from(size.get() + 1).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let (field, message) = match cursor {
            MessageCursor::Latest => ("", None),
            MessageCursor::Before(message) => ("before", Some(message)),
            MessageCursor::After(message) => ("after", Some(message)),
            MessageCursor::Around(message) => ("around", Some(message)),
        };
        let number = message.map(|message| message.as_i64().unwrap_or(0));
        let rows: Vec<PageRow> = match (cursor, number) {
            (MessageCursor::Before(_), Some(before)) => {
                connection
                    .all(read::Before::with((room, doctor, limit, before)))
                    .await?
            }
            (MessageCursor::After(_), Some(after)) => {
                connection
                    .all(read::After::with((room, doctor, limit, after)))
                    .await?
            }
            (MessageCursor::Around(_), Some(target)) => {
                let (older, newer) = size.halves();
                let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                let near = (room, doctor, target, count(older + 1), count(newer));
                connection.all(read::Near::with(near)).await?
            }
            _ => {
                connection
                    .all(read::Latest::with((room, doctor, limit)))
                    .await?
            }
        };
        if rows.is_empty() {
            let why = connection
                .first(WhyNothing::with((room, doctor, number)))
                .await?;
            return match (why, message) {
                (Some((true, _)), None) | (Some((true, true)), Some(_)) => {
                    Ok(MessagePage::out_of(Vec::new(), cursor, size))
                }
                (Some((true, false)), Some(_)) => {
                    Err(Error::invalid(field, "must name a message of this room"))
                }
                _ => Err(Error::not_found("room")),
            };
        }
        Ok(MessagePage::out_of(read::messages(rows)?, cursor, size))
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(message.as_i64(), "message")?;
        let mut connection = self.pool.get().await?;
        let rows = connection
            .all(read::One::with((room, doctor, message)))
            .await?;
        let found = read::messages(rows)?.into_iter().next();
        found.ok_or_else(|| Error::not_found("message"))
    }

    async fn several(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        messages: &[MessageId],
    ) -> Result<Vec<Message>> {
        several::of(self, room_key(room)?, staff_key(doctor)?, messages).await
    }

    async fn edit(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
        content: &Content,
    ) -> Result<Message> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(message.as_i64(), "message")?;
        change::change(self, room, doctor, message, Change::Edit(content)).await
    }

    async fn recall(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(message.as_i64(), "message")?;
        change::change(self, room, doctor, message, Change::Recall).await
    }

    async fn versions(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
    ) -> Result<Vec<Version>> {
        let now = self.get(doctor, room, message).await?;
        versions::of(self, &now).await
    }

    async fn waiting(&self, doctor: &Doctor) -> Result<Vec<Message>> {
        waiting::of(self, staff_key(doctor)?).await
    }

    async fn search(&self, doctor: &Doctor, search: &Search) -> Result<SearchPage> {
        search::search(self, staff_key(doctor)?, search).await
    }
}
