//! Retention: messages, files and audit entries that the rules no longer keep are found, listed and removed.
//!
//! A rehearsal and a run are the same walk over both chats and the audit; the run removes what the rehearsal lists.

mod audit;
mod held;
mod rooms;
mod sealed;

use std::sync::Arc;

use domain::{AttachmentId, MessageId, RetentionRules, RoomId};
use jiff::Timestamp;

use self::held::Held;
use crate::{
    AuditKey, AuditTrail, Disposal, Error, LegalHolds, Moves, PatientLookup, Result,
    RetentionReceipt,
};

/// One of the two chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisposalChat {
    /// The chat of the hospital's own tables.
    Legacy,
    /// Stream Chat.
    Stream,
}

impl DisposalChat {
    /// The word in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Stream => "stream",
        }
    }
}

/// The audit among what was left.
const AUDIT: &str = "audit";

/// The places from which retention removes, and what it has to respect.
#[derive(Clone)]
pub struct RetentionStores {
    /// The legacy chat.
    pub legacy: Arc<dyn Disposal>,
    /// Stream; none where no app is set up.
    pub stream: Option<Arc<dyn Disposal>>,
    /// The moves, which tie rooms of the two chats to one conversation.
    pub moves: Arc<dyn Moves>,
    /// The legal holds.
    pub holds: Arc<dyn LegalHolds>,
    /// Under which references a held patient is known.
    pub patients: Arc<dyn PatientLookup>,
    /// The audit.
    pub trail: Arc<dyn AuditTrail>,
}

/// Something that the rules no longer keep.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DueItem {
    /// A message, with its files.
    Message {
        /// The chat.
        chat: DisposalChat,
        /// Its room.
        room: RoomId,
        /// The message's id.
        message: MessageId,
        /// When it was sent.
        sent_at: Timestamp,
        /// Its files.
        files: Vec<AttachmentId>,
    },
    /// Files of a message that stays.
    Files {
        /// The chat.
        chat: DisposalChat,
        /// The message's room.
        room: RoomId,
        /// The message.
        message: MessageId,
        /// When it was sent.
        sent_at: Timestamp,
        /// The files.
        files: Vec<AttachmentId>,
    },
    /// Says that not all items of a room that stand before this one were removed.
    NotRemoved {
        /// The chat.
        chat: DisposalChat,
        /// The room.
        room: RoomId,
    },
    /// An entry of the audit.
    Entry {
        /// Its id.
        entry: i64,
        /// When it was written.
        at: Timestamp,
        /// The action's word.
        action: String,
    },
}

/// The list of what goes. In a run each item is listed, and kept, before it is removed.
pub trait DueList: Send {
    /// Adds an item.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be written; then nothing more is removed.
    fn add(&mut self, item: &DueItem) -> Result<()>;

    /// Has everything so far on the disk.
    ///
    /// # Errors
    /// As [`Self::add`].
    fn keep(&mut self) -> Result<()>;

    /// Asked before every room, every removal and every page of the audit: an error breaks the run off there.
    ///
    /// # Errors
    /// The reason, such as that somebody asked the program to stop.
    fn goes_on(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Something that could not be dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftRoom {
    /// The place: `legacy`, `stream` or `audit`.
    pub place: &'static str,
    /// The room; none where more than that was left.
    pub room: Option<RoomId>,
    /// Why, without a word of a conversation.
    pub why: String,
}

/// The outcome of a rehearsal or a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionFound {
    /// Rooms that were looked at.
    pub rooms: u64,
    /// Messages of the legacy chat.
    pub legacy_messages: u64,
    /// Messages of Stream.
    pub stream_messages: u64,
    /// Files, with messages or alone.
    pub files: u64,
    /// Entries of the audit.
    pub entries: u64,
    /// Messages that are old enough and held.
    pub held_messages: u64,
    /// Messages that stay and whose files are old enough and held.
    pub held_files: u64,
    /// Entries that are old enough and held.
    pub held_entries: u64,
    /// The rooms in which something is old enough and could not be dealt with.
    pub left: Vec<LeftRoom>,
}

/// A run of retention, with a receipt to be signed.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetentionRun {
    /// The outcome; of a run that was broken off, so far.
    pub found: RetentionFound,
    /// The receipt, without the digest of the list and the signature.
    pub receipt: RetentionReceipt,
    /// The failure that broke the run off.
    pub broken_off: Option<Error>,
}

impl RetentionFound {
    /// Messages, files and entries that are old enough and held.
    pub fn held(&self) -> u64 {
        self.held_messages + self.held_files + self.held_entries
    }
}

/// Walks over everything that is older than the rules say, lists it, and with `removes` removes it.
///
/// Rooms that cannot be dealt with are in [`RetentionFound::left`] and keep nothing else from going. A failure of the list,
/// of the holds and the rooms that they hold, or of the audit breaks the walk off: it is the second value, beside the outcome
/// so far.
///
/// # Errors
/// `Unavailable` when the holds cannot be read; then nothing was begun.
pub(crate) async fn walk(
    stores: &RetentionStores,
    rules: &RetentionRules,
    (key, now): (&AuditKey, Timestamp),
    list: &mut dyn DueList,
    removes: bool,
) -> Result<(RetentionFound, Option<Error>)> {
    let mut walk = Walk {
        stores,
        rules,
        key,
        now,
        list,
        removes,
        held: Held::read(stores).await?,
        found: RetentionFound::default(),
    };
    let broken_off = walk.all().await.err();
    Ok((walk.found, broken_off))
}

struct Walk<'a> {
    stores: &'a RetentionStores,
    rules: &'a RetentionRules,
    key: &'a AuditKey,
    now: Timestamp,
    list: &'a mut dyn DueList,
    removes: bool,
    held: Held,
    found: RetentionFound,
}

impl Walk<'_> {
    async fn all(&mut self) -> Result<()> {
        let stores = self.stores;
        self.chat(DisposalChat::Legacy, &*stores.legacy).await?;
        if let Some(stream) = &stores.stream {
            self.chat(DisposalChat::Stream, &**stream).await?;
        }
        self.audit().await?;
        self.list.keep()
    }

    fn leave(&mut self, place: &'static str, room: Option<RoomId>, error: &Error) {
        let why = error.message().to_owned();
        self.found.left.push(LeftRoom { place, room, why });
    }
}
