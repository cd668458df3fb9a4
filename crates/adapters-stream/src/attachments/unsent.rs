//! Files that no message carries go. Whoever wants one gone claims it as a message would, so that
//! none can carry it any more; then the bytes go, the record, and the reminder.

use std::{sync::Weak, time::Duration};

use domain::{AttachmentId, MessageId, StaffId};
use jiff::{SignedDuration, Timestamp};
use ports::{Error, Result};
use tokio::time::MissedTickBehavior;

use super::{
    StoredFile,
    records::{CHANNEL as RECORDS, claim_id, record_id},
};
use crate::{
    client::{Custom, Deletion, Kind, Message, MessageRange, NewMessage},
    failure::{self, Told, told},
    store::Store,
    users::SERVICE,
};

/// The channel of reminders. It has no members, so no token of a user's reads it.
pub(super) const CHANNEL: &str = "file-reminders";

/// A file may wait so long for its message.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// The carrier that claims a file nobody is to have: no message has this id.
const NOBODY: &str = "nobody";

/// Whether a file was claimed so that no message carries it.
pub(super) fn is_nobody(carrier: Option<&MessageId>) -> bool {
    carrier.is_some_and(|carrier| carrier.as_str() == NOBODY)
}

const EVERY: Duration = Duration::from_secs(3600);

/// Most reminders Stream tells at once.
const PAGE: usize = 300;

fn reminder_id(file: &AttachmentId) -> String {
    format!("file-reminder-{file}")
}

impl Store {
    /// Makes sure that the sweep looks after a file.
    pub(super) async fn write_reminder(&self, file: &AttachmentId) -> Result<()> {
        let mut custom = Custom::new();
        custom.insert("about_file".to_owned(), file.as_str().into());
        let reminder =
            NewMessage::new(reminder_id(file), SERVICE, "look after it").with_all(custom);
        let noted = self.note(CHANNEL, &reminder).await;
        noted.map_err(failure::of_setup)
    }

    /// Removes a file that no message carries; false when one does.
    pub(super) async fn let_go(&self, file: &StoredFile, by: &StaffId) -> Result<bool> {
        let id = &file.attachment.id;
        let nobody = MessageId::parse(NOBODY).map_err(|_| Error::internal("no id for nobody"))?;
        if self.write_claim(id, by, &nobody).await?.as_ref() != Some(&nobody) {
            return Ok(false);
        }
        let room = file.attachment.room.as_str();
        for url in file.thumbnail_url.iter().chain([&file.url]) {
            let gone = self.client.delete_file(&self.channel_type, room, url).await;
            unless_missing(gone)?;
        }
        self.delete_note(&record_id(id)).await?;
        self.delete_note(&reminder_id(id)).await?;
        Ok(true)
    }

    /// Removes a file that a message carried: the bytes, then what is written about it. Whether it was there.
    pub(crate) async fn remove_file(&self, id: &AttachmentId) -> Result<bool> {
        let Some(file) = self.record(id).await? else {
            return Ok(false);
        };
        // What was brought from elsewhere lies in the channel of records.
        let is_brought = file.uploader.as_str() == SERVICE;
        let place = if is_brought {
            RECORDS
        } else {
            file.attachment.room.as_str()
        };
        for url in file.thumbnail_url.iter().chain([&file.url]) {
            let gone = self
                .client
                .delete_file(&self.channel_type, place, url)
                .await;
            unless_missing(gone)?;
        }
        self.delete_note(&record_id(id)).await?;
        self.delete_note(&claim_id(id)).await?;
        self.delete_note(&reminder_id(id)).await?;
        Ok(true)
    }

    /// Removes what was uploaded a day before `now` and not sent.
    pub(crate) async fn sweep_files(&self, now: Timestamp) -> Result<()> {
        let before = now.saturating_sub(PATIENCE).unwrap_or(Timestamp::MIN);
        let mut range = String::new();
        let mut outcome = Ok(());
        loop {
            let page = self
                .client
                .channel_messages(&self.channel_type, CHANNEL, after(&range), PAGE)
                .await;
            let page = match page {
                Ok(page) => page.messages,
                // Nobody has sent a file yet.
                Err(error) if error.kind() == Kind::NotFound => return outcome,
                Err(error) => return Err(told(error)),
            };
            for reminder in page.iter().filter(|reminder| reminder.created_at < before) {
                // One that stays does not keep the others.
                let looked_after = self.look_after(reminder).await;
                outcome = outcome.and(looked_after);
            }
            match page.first() {
                Some(oldest) if page.len() >= PAGE => range = oldest.id.clone(),
                _ => return outcome,
            }
        }
    }

    async fn look_after(&self, reminder: &Message) -> Result<()> {
        let file = reminder
            .custom
            .get("about_file")
            .and_then(|file| AttachmentId::parse(file.as_str()?).ok());
        let service = StaffId::parse(SERVICE).map_err(|_| Error::internal("no id for us"))?;
        let Some(file) = file else { return Ok(()) };
        if let Some(record) = self.record(&file).await?
            && self.let_go(&record, &service).await?
        {
            return Ok(());
        }
        // A message carries it, or nothing but the reminder was written.
        self.delete_note(&reminder.id).await
    }

    async fn delete_note(&self, id: &str) -> Result<()> {
        let gone = self
            .client
            .delete_message(id, SERVICE, Deletion::Hard)
            .await;
        unless_missing(gone.map(drop))
    }
}

/// Older ones than those seen; from the newest on, at first.
fn after(seen: &str) -> MessageRange<'_> {
    if seen.is_empty() {
        MessageRange::Newest
    } else {
        MessageRange::Before(seen)
    }
}

/// Takes a file that is missing for removed: somebody else was faster.
fn unless_missing(gone: crate::client::Result<()>) -> Result<()> {
    match gone {
        Err(error) if error.kind() == Kind::NotFound => Ok(()),
        gone => gone.told(),
    }
}

/// Sweeps every hour, as long as the store is there.
pub(crate) async fn keep_sweeping(store: Weak<Store>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first comes at once, when nobody knows yet whether Stream answers.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(store) = store.upgrade() else {
            return;
        };
        if let Err(error) = store.sweep_files(store.clock.now()).await {
            tracing::warn!(%error, "files that nobody sent stay for now; it is tried again");
        }
    }
}
