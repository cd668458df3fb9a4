use std::{collections::HashMap, time::Instant};

use domain::{Attachment, AttachmentId, Body, MessageId, RoomId};
use ports::{
    ErrorKind, MessageRecord, Move, MoveState, NewAttachment, NewPicture, OPEN_WITHIN, Patience,
    RemoteChange, Result,
};

use super::{
    Chats, Movers, Returned, Which,
    carrying::carry_one,
    copying::{Come, next_messages},
    looked_at,
    steps::Steps,
};
use crate::Progress;

/// Most steps of marks that are kept at once.
const STEPS: usize = 500;

/// Gives chosen rooms back that live in the other backend.
pub(super) async fn give_back_all(
    back: &Chats,
    which: &Which,
    returned: &mut Returned,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<Vec<Move>> {
    let mut done = Vec::new();
    let mut come = Come::of_moved(back, which).await?;
    let mut after: Option<RoomId> = None;
    loop {
        let known = back.movers.moves.list(after.as_ref()).await?;
        let Some(last) = known.last() else {
            return Ok(done);
        };
        after = Some(last.legacy.clone());
        for one in known {
            if !which.holds(&one.legacy) {
                continue;
            }
            match one.state {
                MoveState::Copying => continue,
                MoveState::Returned => returned.before += 1,
                MoveState::Moved => {
                    let patience = Patience::new();
                    let before = come.to;
                    while let Err(refusal) =
                        give_back(back, &one, (returned, &mut come), tell).await
                    {
                        patience.wait(refusal).await?;
                        come.to = before;
                    }
                    returned.rooms += 1;
                }
            }
            done.push(one);
            tell(looked_at("rooms given back", returned.rooms));
        }
    }
}

/// Brings back the messages that calls stored in the other backend while its room was being shut. Nothing else of
/// these rooms changes there any more, so only missing messages are brought, not participants.
pub(super) async fn bring_stragglers(
    back: &Chats,
    rooms: &[Move],
    returned: &mut Returned,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    for one in rooms {
        let patience = Patience::new();
        let mut none = None;
        while let Err(refusal) = bring_messages(back, one, (returned, &mut none), tell).await {
            patience.wait(refusal).await?;
        }
    }
    Ok(())
}

/// Most of it comes back while the room is in use; then it is shut, and what came meanwhile follows.
async fn give_back(
    back: &Chats,
    one: &Move,
    (returned, come): (&mut Returned, &mut Come),
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    let Movers {
        importer, moves, ..
    } = &back.movers;
    let began = Instant::now();
    // What another application wrote into the tables has its place between what was said there.
    carry_one(&back.movers, one).await?;
    let mut counted = Some(come);
    bring_back(back, one, (returned, &mut counted), tell).await?;
    // All of it is looked at once more, which takes as long.
    moves
        .shut(&one.legacy, OPEN_WITHIN.max(began.elapsed() * 3))
        .await?;
    importer.shut(&one.stream).await?;
    carry_one(&back.movers, one).await?;
    bring_back(back, one, (returned, &mut None), tell).await?;
    moves.give_back(&one.legacy).await
}

/// Brings back whatever of a room is new or different in the other backend, and who takes part and
/// has read what.
async fn bring_back(
    back: &Chats,
    one: &Move,
    counts: (&mut Returned, &mut Option<&mut Come>),
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    let steps = bring_messages(back, one, counts, tell).await?.all();
    let there = back.there.room(&one.stream).await?;
    let mut rest = steps.as_slice();
    loop {
        let (some, more) = rest.split_at(rest.len().min(STEPS));
        back.returns.keep_people(&one.legacy, &there, some).await?;
        if more.is_empty() {
            return Ok(());
        }
        rest = more;
    }
}

/// Brings back what is new or different of the messages; the marks that passed by. If it is said how far all rooms have
/// come, the messages that were looked at count.
async fn bring_messages(
    back: &Chats,
    one: &Move,
    (returned, come): (&mut Returned, &mut Option<&mut Come>),
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<Steps> {
    let room = &one.legacy;
    let mut steps = Steps::default();
    let mut last: Option<MessageId> = None;
    loop {
        let before = last.clone();
        let Some(messages) = next_messages(&*back.there, &one.stream, &mut last).await? else {
            break;
        };
        let names: Vec<MessageId> = messages
            .iter()
            .map(|record| record.message.id.clone())
            .collect();
        let known = back.returns.known(room, &names).await?;
        let known: HashMap<MessageId, MessageRecord> = known.into_iter().collect();
        let mut since = Vec::new();
        for record in &messages {
            steps.pass(&record.message);
            match known.get(&record.message.id) {
                Some(here) => differences(back, here, record, &mut since),
                None => since.push(written(back, room, record, returned).await?),
            }
        }
        if !since.is_empty() {
            returned.messages += since.len() as u64;
            back.returns.keep(room, &since).await?;
        }
        back.returns
            .set_order(room, before.as_ref(), &names)
            .await?;
        if let Some(come) = come {
            come.to += messages.len() as u64;
            tell(come.told("messages looked at there"));
        }
    }
    Ok(steps)
}

/// A message that was written there, its files kept here.
async fn written(
    back: &Chats,
    room: &RoomId,
    record: &MessageRecord,
    returned: &mut Returned,
) -> Result<RemoteChange> {
    let message = record.message.clone();
    let mut files = Vec::new();
    for file in message.attachments() {
        files.push((file.id.clone(), fetch(back, room, record, file).await?));
        returned.files += 1;
    }
    let message = Box::new(message);
    Ok(RemoteChange::Written { message, files })
}

async fn fetch(
    back: &Chats,
    room: &RoomId,
    record: &MessageRecord,
    file: &Attachment,
) -> Result<AttachmentId> {
    let bytes = match back.there.file(&file.id).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => LOST.into(),
        Err(error) => return Err(error),
    };
    let thumbnail = match file.picture {
        Some(_) => back.there.thumbnail(&file.id).await.ok(),
        None => None,
    };
    let is_lost = bytes.as_ref() == LOST;
    let new = NewAttachment {
        name: file.name.clone(),
        media_type: if is_lost {
            "text/plain; charset=utf-8".to_owned()
        } else {
            file.media_type.clone()
        },
        bytes,
        picture: file
            .picture
            .filter(|_| !is_lost)
            .zip(thumbnail)
            .map(|(size, thumbnail)| NewPicture { size, thumbnail }),
    };
    let author = &record.message.author.id;
    back.returns.keep_file(room, author, &new).await
}

const LOST: &[u8] = b"This file was missing at Stream when its room came back.\n";

/// Finds the changes to a message that is known here. Of two edits the later counts; a recall always does.
fn differences(
    back: &Chats,
    here: &MessageRecord,
    there: &MessageRecord,
    since: &mut Vec<RemoteChange>,
) {
    let (ours, theirs) = (&here.message, &there.message);
    let name = || theirs.id.clone();
    if ours.is_recalled() {
        return;
    }
    if let Body::Recalled { at } = theirs.body {
        let message = name();
        since.push(RemoteChange::Recalled { message, at });
        return;
    }
    let text = theirs.text().map_or("", |text| text.as_str());
    let is_same = back.movers.importer.text_for(here) == text && ours.mentions == theirs.mentions;
    if let Some(at) = theirs.edited_at
        && !is_same
        && ours.edited_at.is_none_or(|ours| ours < at)
    {
        since.push(RemoteChange::Edited {
            message: name(),
            text: theirs.text().cloned(),
            mentions: theirs.mentions.clone(),
            at,
        });
    }
    let known = &ours.receipts.acknowledged;
    let marks = theirs.receipts.acknowledged.iter();
    for mark in marks.filter(|mark| known.iter().all(|known| known.doctor != mark.doctor)) {
        since.push(RemoteChange::Acknowledged {
            message: name(),
            mark: mark.clone(),
        });
    }
}
