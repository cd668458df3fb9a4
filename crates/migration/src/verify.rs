//! Both sides of rooms that moved, compared message by message.

mod digest;
mod side;

use std::fmt;

use domain::{MessageId, RoomId};
use jiff::Timestamp;
use ports::{Move, MoveState, Result};
use serde::Serialize;

use self::{digest::Digest, side::Side};
use crate::{Chats, Progress, Which, counted};

/// The result of comparing one room. It holds no word of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The room in the legacy backend.
    pub legacy: String,
    /// The room in the other.
    pub stream: String,
    /// Whether it lives there.
    pub moved: bool,
    /// Whether it lived there and came back.
    pub returned: bool,
    /// Messages of the room it came from.
    pub messages: u64,
    /// When its first was sent.
    pub first: Option<Timestamp>,
    /// When its last was sent.
    pub last: Option<Timestamp>,
    /// SHA-256 over id, author, time and text of each message in order, as hex digits.
    pub digest: String,
    /// The same of what the other has.
    pub stream_digest: String,
    /// Messages that were written since where the room lives.
    pub written_since: u64,
    /// Messages that were edited or recalled there since; both digests say "changed".
    pub changed_since: u64,
    /// Participants of a returned room whose time of reading is another than before, though they have read nothing.
    pub changed_reads: u64,
    /// The first difference.
    pub difference: Option<Difference>,
}

/// The first difference between the two sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The message, as the legacy backend calls it; none where no message differs.
    pub message: Option<MessageId>,
    /// The difference in words, such as `is missing`; follows the message in a sentence.
    pub what: &'static str,
}

/// As part of a sentence.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "message {message} {}", self.what),
            None => f.write_str(self.what),
        }
    }
}

/// All rooms together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Verified {
    pub rooms: u64,
    pub messages: u64,
    pub different: u64,
}

/// For people.
impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} with {} compared; {} {}.",
            counted(self.rooms, "room"),
            counted(self.messages, "message"),
            self.different,
            if self.different == 1 {
                "differs"
            } else {
                "differ"
            }
        )
    }
}

/// Compares every one of these rooms that moved, came back or is being copied, and hands out a receipt of each. What
/// the side had that the room came from, the side must have that it lives on.
///
/// # Errors
/// What the ports say, and what `each` says.
pub async fn verify(
    chats: &Chats,
    which: &Which,
    mut each: impl FnMut(&Receipt) -> Result<()>,
    mut tell: impl FnMut(Progress<'_>),
) -> Result<Verified> {
    let mut verified = Verified::default();
    let mut after: Option<RoomId> = None;
    loop {
        let known = chats.movers.moves.list(after.as_ref()).await?;
        let Some(last) = known.last() else {
            return Ok(verified);
        };
        after = Some(last.legacy.clone());
        for one in known.iter().filter(|one| which.holds(&one.legacy)) {
            let receipt = compare(chats, one).await?;
            verified.rooms += 1;
            verified.messages += receipt.messages;
            verified.different += u64::from(receipt.difference.is_some());
            each(&receipt)?;
            tell(Progress {
                doing: "compared messages",
                come_to: verified.messages,
                of: None,
            });
        }
    }
}

async fn compare(chats: &Chats, one: &Move) -> Result<Receipt> {
    let (mut from, mut to) = (
        Side::legacy(chats, &one.legacy),
        Side::stream(chats, &one.stream),
    );
    if one.state == MoveState::Returned {
        (from, to) = (to, from);
    }
    let (mut digest, mut digest_there) = (Digest::default(), Digest::default());
    let may_change = one.state != MoveState::Copying;
    let mut receipt = Receipt {
        legacy: one.legacy.to_string(),
        stream: one.stream.to_string(),
        moved: one.state == MoveState::Moved,
        returned: one.state == MoveState::Returned,
        messages: 0,
        first: None,
        last: None,
        digest: String::new(),
        stream_digest: String::new(),
        written_since: 0,
        changed_since: 0,
        changed_reads: 0,
        difference: None,
    };
    loop {
        let said = from.next().await?;
        let there = to.next_for(said.as_ref()).await?;
        let what = match (&said, &there) {
            (None, None) => break,
            (Some(said), Some(there)) => {
                if may_change && said.was_changed_later_in(there) {
                    receipt.changed_since += 1;
                    digest.add_changed(said);
                    digest_there.add_changed(there);
                } else {
                    digest.add(said);
                    digest_there.add(there);
                }
                said.difference(there, may_change)
            }
            (Some(said), None) => {
                digest.add(said);
                Some("is missing")
            }
            (None, Some(there)) => {
                digest_there.add(there);
                Some("is on one side only")
            }
        };
        if let Some(said) = &said {
            receipt.messages += 1;
            receipt.first.get_or_insert(said.sent_at);
            receipt.last = Some(said.sent_at);
        }
        if let (Some(what), None) = (what, &receipt.difference)
            && let Some(either) = said.as_ref().or(there.as_ref())
        {
            let message = Some(either.legacy_id.as_ref().unwrap_or(&either.id).clone());
            receipt.difference = Some(Difference { message, what });
        }
    }
    if receipt.returned {
        receipt.changed_reads = chats.movers.moves.changed_reads(&one.legacy).await?;
    }
    if receipt.changed_reads > 0 && receipt.difference.is_none() {
        receipt.difference = Some(Difference {
            message: None,
            what: "somebody who read nothing meanwhile has another time of reading",
        });
    }
    receipt.written_since = to.others();
    (receipt.digest, receipt.stream_digest) = (digest.end(), digest_there.end());
    if receipt.returned {
        std::mem::swap(&mut receipt.digest, &mut receipt.stream_digest);
    }
    Ok(receipt)
}
