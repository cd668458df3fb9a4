//! Messages as a list to read: days, groups, the line above what is new, receipts in words.

use super::facts::{AttachmentFacts, MessageFacts, ReplyFacts};
use super::message::{AttachmentView, Entry, MessageView, PictureView, Quote};
use super::rich_text::spans;
use super::words::{person_detail, preview, short_name, size_label};
use super::{LocalTime, ParticipantView};
use crate::upload::label;
use domain::Attachment;
use jiff::SignedDuration;

mod receipts;

/// An author's messages further apart than this each carry the author line.
const GROUP_GAP: SignedDuration = SignedDuration::from_mins(5);

/// Characters of a quoted message.
const QUOTE_CHARS: usize = 120;

/// The doctor who reads the list, and what is known of them and the room.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    /// The reading doctor's id.
    pub(crate) doctor_id: &'a str,
    /// The mount's prefix, for the addresses of files.
    pub(crate) prefix: &'a str,
    /// Everyone in the room: receipts name them.
    pub(crate) participants: &'a [ParticipantView],
    /// The first message the doctor has not read. `None`: the "new" line is not shown.
    pub(crate) first_unread: Option<&'a str>,
    /// Urgent messages can be acknowledged here; else nothing is said of it.
    pub(crate) acknowledges: bool,
    /// The message the page was asked for.
    pub(crate) marked: Option<&'a str>,
}

/// Arranges `messages` (oldest first) with day dividers and at most one "new" line, above the first
/// unread message.
pub(crate) fn timeline(
    messages: &[MessageFacts],
    reader: &Reader<'_>,
    clock: &LocalTime,
) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(messages.len() + 4);
    let last_of_mine = messages
        .iter()
        .rposition(|m| m.author.id == reader.doctor_id);
    let mut previous: Option<&MessageFacts> = None;
    for (index, message) in messages.iter().enumerate() {
        let day = clock.day(message.sent_at);
        let new_day = previous.is_none_or(|p| clock.day(p.sent_at) != day);
        if new_day {
            entries.push(Entry::Day {
                label: clock.day_label(day),
                date: day.to_string(),
            });
        }
        let new_line = reader.first_unread == Some(message.id.as_str());
        if new_line {
            entries.push(Entry::New);
        }
        let continued = !new_day && !new_line && previous.is_some_and(|p| continues(p, message));
        let mut view = view(message, messages, reader, clock);
        view.continued = continued;
        if last_of_mine == Some(index) || (message.urgent && message.recalled_at.is_none()) {
            view.receipt = receipts::words(message, reader, clock);
        }
        entries.push(Entry::Message(Box::new(view)));
        previous = Some(message);
    }
    entries
}

/// Whether `next` belongs under the author line of `previous`.
fn continues(previous: &MessageFacts, next: &MessageFacts) -> bool {
    previous.author.id == next.author.id
        && !next.urgent
        && !previous.urgent
        && next.sent_at.duration_since(previous.sent_at).abs() <= GROUP_GAP
}

fn view(
    message: &MessageFacts,
    page: &[MessageFacts],
    reader: &Reader<'_>,
    clock: &LocalTime,
) -> MessageView {
    let recalled = message.recalled_at.is_some();
    let mine = message.author.id == reader.doctor_id;
    let acknowledged = message
        .acknowledged
        .iter()
        .any(|mark| mark.doctor_id == reader.doctor_id);
    MessageView {
        id: message.id.clone(),
        client_id: message.client_id.clone(),
        author_id: message.author.id.clone(),
        author_name: message.author.name.clone(),
        author_detail: person_detail(&message.author.specialty, &message.author.grade),
        mine,
        marked: reader.marked == Some(message.id.as_str()),
        continued: false,
        urgent: message.urgent,
        text: if recalled {
            String::new()
        } else {
            message.text.clone()
        },
        urgent_reason: message.urgent_reason.clone().unwrap_or_default(),
        spans: if recalled {
            Vec::new()
        } else {
            spans(&message.text, &mentioned(message, reader))
        },
        sent: Some(if message.sent_at_estimated {
            clock.label(message.sent_at).about()
        } else {
            clock.label(message.sent_at)
        }),
        edited: message
            .edited_at
            .filter(|_| !recalled)
            .map(|at| clock.label(at)),
        recalled: message.recalled_at.map(|at| clock.label(at)),
        reply: message
            .reply_to
            .as_ref()
            .filter(|_| !recalled)
            .map(|reply| quote(reply, page)),
        attachments: if recalled {
            Vec::new()
        } else {
            message
                .attachments
                .iter()
                .map(|file| attachment(file, reader.prefix))
                .collect()
        },
        receipt: String::new(),
        receipts_json: if mine || message.urgent {
            receipts::json(message)
        } else {
            String::new()
        },
        needs_acknowledgement: reader.acknowledges
            && message.urgent
            && !mine
            && !recalled
            && !acknowledged,
        waiting: reader.acknowledges
            && message.urgent
            && !mine
            && !recalled
            && message.acknowledged.is_empty(),
    }
}

fn mentioned<'a>(message: &MessageFacts, reader: &Reader<'a>) -> Vec<&'a ParticipantView> {
    let is_meant = |person: &&ParticipantView| message.mentions.contains(&person.person.id);
    reader.participants.iter().filter(is_meant).collect()
}

fn quote(reply: &ReplyFacts, page: &[MessageFacts]) -> Quote {
    Quote {
        on_page: page.iter().any(|message| message.id == reply.message_id),
        message_id: reply.message_id.clone(),
        author: short_name(&reply.author_name),
        text: match (reply.recalled, reply.text.as_str()) {
            (true, _) => "Recalled".into(),
            (false, "") => "Earlier message".into(),
            (false, text) => preview(text, QUOTE_CHARS),
        },
    }
}

fn attachment(file: &AttachmentFacts, prefix: &str) -> AttachmentView {
    if file.media_type == Attachment::REMOVED {
        return AttachmentView {
            id: file.id.clone(),
            name: "A file that is no longer kept".to_owned(),
            ..AttachmentView::default()
        };
    }
    let href = format!("{prefix}/api/attachments/{}", file.id);
    AttachmentView {
        id: file.id.clone(),
        picture: file
            .picture
            .map(|size| picture(size, format!("{href}/thumbnail"))),
        href,
        name: file.name.clone(),
        kind: label(&file.media_type).into(),
        size: size_label(file.size),
    }
}

/// The place of a thumbnail: at most 320 by 240, and never larger than the picture. The browser's
/// own copy of this is in `file-view.js`.
fn picture((width, height): (u32, u32), thumbnail: String) -> PictureView {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let scale = (320.0 / width).min(240.0 / height).min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 1 to 320"
    )]
    let side = |side: f64| (side * scale).round().max(1.0) as u32;
    PictureView {
        thumbnail,
        width: side(width),
        height: side(height),
    }
}

#[cfg(test)]
mod tests;
