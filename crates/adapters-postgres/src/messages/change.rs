//! Editing and recalling: rare, so a transaction of several statements, in plain steps.

use std::collections::BTreeSet;

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{Content, Denied, Event, Message, Reason};
use legacy::held;
use ports::{Error, Result};

use super::{post::bad_mention, read};
use crate::{
    pool::Connection,
    sql::takes_part,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Locks room `$1` and answers its counter, if `$2` takes part in it.
    LockRoom(BigInt) -> BigInt
        = "SELECT last_position FROM chat_rooms WHERE id = $1 AND deleted_at IS NULL AND moved_at IS NULL
            FOR NO KEY UPDATE";

    TakesPart(BigInt, BigInt) -> Bool = concat!("SELECT ", takes_part!("$1", "$2"));

    /// Message `$2` of room `$1`: its author, text, whether it is recalled, its attachments, whom it
    /// mentions.
    Current(BigInt, BigInt) -> (Nullable<BigInt>, Nullable<Text>, Bool, Array<BigInt>, Array<BigInt>)
        = "SELECT m.user_id, m.message, m.recalled_at IS NOT NULL OR m.deleted_at IS NOT NULL,
            ARRAY(SELECT a.id FROM chat_attachments a WHERE a.message_id = m.id),
            ARRAY(SELECT x.user_id FROM chat_mentions x WHERE x.message_id = m.id ORDER BY x.user_id)
        FROM chat_messages m WHERE m.id = $2 AND m.room_id = $1 AND m.position IS NOT NULL FOR UPDATE";

    /// Moves the counter of room `$1`, unless the room is held.
    Bump(BigInt) -> BigInt
        = "UPDATE chat_rooms SET last_position = last_position + 1, changed_at = clock_timestamp()
            WHERE id = $1 AND (hold_until IS NULL OR hold_until < clock_timestamp())
            RETURNING last_position";

    /// Keeps the text of message `$1` as a version.
    KeepVersion(BigInt) -> ()
        = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at)
            SELECT id, 1 + (SELECT count(*) FROM chat_message_versions WHERE message_id = $1), message,
                clock_timestamp()
            FROM chat_messages WHERE id = $1";

    /// Gives message `$1` the text `$2`, as change `$3` of its room; `$4` whether it mentions anybody.
    SetText(BigInt, Nullable<Text>, BigInt, Bool) -> ()
        = "UPDATE chat_messages SET message = $2, changed_position = $3, edited_at = now(),
            has_mentions = $4, updated_at = hims_laravel(now()) WHERE id = $1";

    /// Whether one of `$2` does not take part in room `$1`.
    SomebodyElse(BigInt, Array<BigInt>) -> Bool
        = concat!("SELECT EXISTS (SELECT FROM unnest($2) AS wanted (id) WHERE NOT ", takes_part!("$1", "wanted.id"), ")");

    Unmention(BigInt) -> () = "DELETE FROM chat_mentions WHERE message_id = $1";

    /// Message `$1` mentions `$2`.
    Mention(BigInt, Array<BigInt>) -> ()
        = "INSERT INTO chat_mentions (message_id, user_id, room_id, position)
            SELECT m.id, wanted.id, m.room_id, m.position
            FROM chat_messages m, unnest($2) AS wanted (id) WHERE m.id = $1";

    /// Recalls message `$1`, as change `$2` of its room. The text stays, for audit.
    SetRecalled(BigInt, BigInt) -> ()
        = "UPDATE chat_messages SET changed_position = $2, recalled_at = now(),
            deleted_at = hims_laravel(now()), updated_at = hims_laravel(now()) WHERE id = $1";
}

/// The author, the text, whether it is recalled, the attachments, the mentioned.
type Now = (Option<i64>, Option<String>, bool, Vec<i64>, Vec<i64>);

/// The change that is asked for a message.
pub(super) enum Change<'a> {
    Edit(&'a Content),
    Recall,
}

/// Changes a message of one's own. One that is already so stays as it is.
pub(super) async fn change(
    store: &Store,
    room: i64,
    doctor: i64,
    message: i64,
    change: Change<'_>,
) -> Result<Message> {
    let mut transaction = store.pool.begin().await?;
    let changed = in_transaction(&mut transaction, room, doctor, message, &change).await;
    let (changed, position) = transaction.end(changed).await?;
    if let Some(position) = position {
        let event = match change {
            Change::Edit(_) => Event::MessageEdited(changed.clone()),
            Change::Recall => Event::MessageRecalled(changed.clone()),
        };
        store.announcer.events(room, position, vec![event]);
    }
    Ok(changed)
}

/// The message as it is now, and the position of the change if there was one.
async fn in_transaction(
    transaction: &mut Connection,
    room: i64,
    doctor: i64,
    message: i64,
    change: &Change<'_>,
) -> Result<(Message, Option<i64>)> {
    lock_as_participant(transaction, room, doctor).await?;
    let now: Option<Now> = transaction.first(Current::with((room, message))).await?;
    let (author, text, recalled, attachments, mentioned) =
        now.ok_or_else(|| Error::not_found("message"))?;
    if author != Some(doctor) {
        return Err(Denied::because(Reason::NotTheAuthor).into());
    }
    let position = match change {
        Change::Edit(content) => {
            let new = edited(content, recalled, &attachments)?;
            let is_new_text = new != text.as_deref();
            let mentions = mentions(transaction, room, content, &mentioned).await?;
            if is_new_text || mentions != mentioned {
                let position = bump(transaction, room).await?;
                if is_new_text {
                    transaction.run(KeepVersion::with((message,))).await?;
                }
                if mentions != mentioned {
                    transaction.run(Unmention::with((message,))).await?;
                    let mention = Mention::with((message, mentions.as_slice()));
                    transaction.run(mention).await?;
                }
                let set = SetText::with((message, new, position, !mentions.is_empty()));
                transaction.run(set).await?;
                Some(position)
            } else {
                None
            }
        }
        Change::Recall if recalled => None,
        Change::Recall => {
            let position = bump(transaction, room).await?;
            transaction
                .run(SetRecalled::with((message, position)))
                .await?;
            Some(position)
        }
    };
    let rows = transaction
        .all(read::One::with((room, doctor, message)))
        .await?;
    let found = read::messages(rows)?.into_iter().next();
    Ok((found.ok_or_else(|| Error::not_found("message"))?, position))
}

/// The new text of a message, once it is certain that it may have it.
fn edited<'a>(
    content: &'a Content,
    recalled: bool,
    attachments: &[i64],
) -> Result<Option<&'a str>> {
    if recalled {
        return Err(Error::conflict("this message was recalled"));
    }
    let wanted: Option<BTreeSet<i64>> =
        content.attachments().iter().map(|id| id.as_i64()).collect();
    if wanted != Some(attachments.iter().copied().collect()) {
        return Err(Error::invalid(
            "attachment_ids",
            "must be those that the message has",
        ));
    }
    Ok(content.text().map(|text| text.as_str()))
}

/// The mentions of an edited message; a person who was not mentioned before has to take part in the room.
async fn mentions(
    transaction: &mut Connection,
    room: i64,
    content: &Content,
    before: &[i64],
) -> Result<Vec<i64>> {
    let wanted = content.mentions().iter();
    let wanted = wanted.map(|id| id.as_i64().ok_or_else(bad_mention));
    let mut wanted: Vec<i64> = wanted.collect::<Result<_>>()?;
    wanted.sort_unstable();
    let is_new = |id: &&i64| !before.contains(*id);
    let new: Vec<i64> = wanted.iter().filter(is_new).copied().collect();
    if !new.is_empty() {
        let strangers = transaction.first(SomebodyElse::with((room, new))).await?;
        if strangers != Some(false) {
            return Err(bad_mention());
        }
    }
    Ok(wanted)
}

/// Locks a room for a change by one of its participants.
///
/// # Errors
/// `NotFound` when there is no such room or the doctor is not in it.
pub(crate) async fn lock_as_participant(
    transaction: &mut Connection,
    room: i64,
    doctor: i64,
) -> Result<()> {
    let locked: Option<i64> = transaction.first(LockRoom::with((room,))).await?;
    // Asked after the lock, so that it is not answered as of before somebody's removal.
    let takes_part: Option<bool> = transaction.first(TakesPart::with((room, doctor))).await?;
    if locked.is_some() && takes_part == Some(true) {
        Ok(())
    } else {
        Err(Error::not_found("room"))
    }
}

/// The next position of a locked room.
///
/// # Errors
/// `Unavailable` while the room is held.
pub(crate) async fn bump(transaction: &mut Connection, room: i64) -> Result<i64> {
    let position: Option<i64> = transaction.first(Bump::with((room,))).await?;
    position.ok_or_else(held)
}
