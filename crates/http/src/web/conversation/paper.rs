//! A conversation for paper: all of it, or the days that were asked for, and a word about what is left out.

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Doctor, Message, MessageCursor, MessageId, PageSize, Room, RoomId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::super::{facts, frame, show};
use crate::{
    app::MountContext,
    extract::{Ids, Params},
    failure::Failure,
    fields::Fields,
    identity::CurrentDoctor,
    json::RoomContext,
    pages::{PaperPage, Reader, timeline, with_changes},
    quoted,
};

/// Most messages of one print. What came before them is a print of its own.
const MOST_MESSAGES: usize = 5_000;
/// Most bytes of text in one print.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Most pages of 100 that are looked through for the days asked for.
const MOST_PAGES: usize = 1_000;

/// The part to print; everything where nothing is asked for.
#[derive(Default, Deserialize)]
pub(crate) struct PaperQuery {
    /// The first day, such as `2026-11-22`.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Only what came before this message: the part that an earlier print left out.
    before: Option<String>,
}

/// The messages for paper, oldest first.
#[derive(Default)]
struct Gathered {
    messages: Vec<Message>,
    /// Messages that replies among them answer, and that are not among them.
    beyond: Vec<Message>,
    /// Older ones were asked for and are left out: those before this message.
    left_out_before: Option<MessageId>,
}

/// The days asked for, as moments: from the first, before the last.
struct Days {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Days {
    fn hold(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }

    fn begin_after(&self, at: Timestamp) -> bool {
        self.from.is_some_and(|from| at < from)
    }
}

/// `GET P/rooms/{room}/print?from=&to=&before=`. Every page of messages that goes into it is a reading in the audit.
pub(crate) async fn show_paper(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    Params(query): Params<PaperQuery>,
) -> Result<Response, Failure> {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (from, to, before) = (filled(query.from), filled(query.to), filled(query.before));
    let mut fields = Fields::default();
    let day = |text: &String| {
        text.trim()
            .parse::<Date>()
            .map_err(|_| "must be a date like 2026-11-22")
    };
    let first = fields.take_option("from", from.as_ref().map(day));
    let last = fields.take_option("to", to.as_ref().map(day));
    let before = fields.take_option("before", before.map(MessageId::parse));
    if let (Some(first), Some(last)) = (first, last)
        && first > last
    {
        fields.wrong("to", "must not be before from");
    }
    fields.finish(Some(()))?;
    let zone = &at.shell.zone;
    let days = Days {
        from: first.and_then(|day| midnight(day, zone)),
        to: last.and_then(|day| midnight(day.tomorrow().unwrap_or(day), zone)),
    };
    let found = at.chat.rooms().get(&doctor, &room).await?;
    let gathered = gather(&at, &doctor, &found.id, before.clone(), &days).await?;
    let mut page = on_paper(&at, &doctor, &found, gathered, &days).await?;
    page.from = from.unwrap_or_default();
    page.to = to.unwrap_or_default();
    page.is_whole &= before.is_none() && page.from.is_empty() && page.to.is_empty();
    show(StatusCode::OK, &page)
}

fn midnight(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let start = day.to_zoned(zone.clone()).ok()?;
    Some(start.timestamp())
}

/// Goes back through the room from its end, as far as is asked for and fits.
async fn gather(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    before: Option<MessageId>,
    days: &Days,
) -> Result<Gathered, Failure> {
    let size = PageSize::new(100).unwrap_or_default();
    let mut cursor = before.map_or(MessageCursor::Latest, MessageCursor::Before);
    let mut gathered = Gathered::default();
    let mut newest_first = Vec::new();
    let mut bytes = 0;
    for pages in 1.. {
        let page = at.chat.messages().page(doctor, room, &cursor, size).await?;
        let is_enough = page
            .messages
            .iter()
            .all(|message| days.begin_after(message.sent_at));
        let wanted: Vec<_> = page
            .messages
            .into_iter()
            .filter(|message| days.hold(message.sent_at))
            .collect();
        gathered
            .beyond
            .extend(quoted::missing_reply_targets(at, doctor, room, &wanted).await?);
        bytes += wanted.iter().map(length).sum::<usize>();
        newest_first.extend(wanted.into_iter().rev());
        let Some(older) = page.before.filter(|_| !is_enough) else {
            break;
        };
        if newest_first.len() >= MOST_MESSAGES || bytes >= MOST_BYTES || pages == MOST_PAGES {
            gathered.left_out_before = Some(older);
            break;
        }
        cursor = MessageCursor::Before(older);
    }
    newest_first.reverse();
    gathered.messages = newest_first;
    Ok(gathered)
}

fn length(message: &Message) -> usize {
    message.text().map_or(0, |text| text.as_str().len())
}

async fn on_paper(
    at: &MountContext,
    doctor: &Doctor,
    room: &Room,
    gathered: Gathered,
    days: &Days,
) -> Result<PaperPage, Failure> {
    let context = RoomContext::of(at, doctor, std::slice::from_ref(room)).await?;
    let clock = frame::clock(&at.shell);
    let printed_at = clock.label(at.shell.clock.now());
    // What is read next year says its day and year.
    let on_paper = clock.for_paper();
    let participants = facts::participants(room, doctor, &context, &on_paper);
    let facts = facts::messages(&gathered.messages, &gathered.beyond);
    let reader = Reader {
        doctor_id: doctor.id().as_str(),
        prefix: at.prefix(),
        participants: &participants,
        acknowledges: at.chat.capabilities().acknowledgement,
        first_unread: None,
        marked: None,
    };
    let mut changes = at.chat.rooms().changes(doctor, &room.id).await?;
    let first = gathered.messages.first().map(|message| message.sent_at);
    changes.retain(|change| {
        let is_older = first.is_some_and(|first| change.at < first);
        days.hold(change.at) && !(is_older && gathered.left_out_before.is_some())
    });
    let [first, last] = [gathered.messages.first(), gathered.messages.last()]
        .map(|message| message.map(|message| clock.label(message.sent_at)));
    Ok(PaperPage {
        frame: frame::of_mount(at, doctor, Some(&room.id)).await?,
        prefix: at.prefix().to_owned(),
        room: super::head(at, room, &context),
        patient: context
            .patient(room)
            .map(|patient| facts::identity(patient, &clock)),
        keeps_versions: at.chat.capabilities().edit_history,
        count: gathered.messages.len(),
        first,
        last,
        from: String::new(),
        to: String::new(),
        is_whole: gathered.left_out_before.is_none(),
        left_out_before: gathered.left_out_before.map(|id| id.to_string()),
        entries: with_changes(timeline(&facts, &reader, &on_paper), &changes, &on_paper),
        participants,
        printed_by: frame::person(doctor),
        printed_at,
    })
}
