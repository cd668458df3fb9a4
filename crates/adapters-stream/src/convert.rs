//! Stream's messages and channels as doctors see them.

use std::sync::Arc;

use domain::{
    Body, ClientId, Doctor, Mark, Message, MessageId, MessageText, Participant, Profile, Room,
    RoomId, RoomTitle, StaffId, Urgency, UrgentReason, is_blank,
};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use ports::{Error, Result};

use crate::{
    attachments::attachment,
    client::{self, ChannelState, Member, MessageRange, Reaction},
    failure::{self, Told},
    ids,
    marks::{self, Marks},
    rooms::activity,
    store::{Store, member},
    users::profile,
};

/// The reaction that acknowledges.
pub(crate) const ACKNOWLEDGED: &str = "acknowledged";

/// The field of a message that says why it is urgent.
pub(crate) const URGENT_REASON: &str = "urgent_reason";

/// The field of a message that says when an edit changed whom it mentions; Stream keeps only when
/// the text was changed.
pub(crate) const MENTIONS_SET_AT: &str = "mentions_set_at";

/// The field of a message that came from another chat and says when it was sent there, where Stream
/// orders it by another time.
pub(crate) const SENT_AT: &str = "sent_at";

/// Whether that is an estimate.
pub(crate) const SENT_AT_ESTIMATED: &str = "sent_at_estimated";

impl Store {
    /// A message with its receipts; `None` for what is none of a doctor's, such as a notice of
    /// Stream's own.
    pub(crate) async fn message(
        &self,
        wire: &client::Message,
        members: &[Member],
    ) -> Result<Option<Message>> {
        let Some(mut message) = message_from_wire(&self.channel_type, wire) else {
            return Ok(None);
        };
        message.receipts = marks::receipts(wire, members);
        let reactions = self.acknowledgements(wire).await?;
        let author = message.author.id.clone();
        let marks = reactions.iter().filter_map(|reaction| {
            let doctor = StaffId::parse(&reaction.user_id)
                .ok()
                .filter(|id| *id != author)?;
            Some(Mark {
                doctor,
                at: reaction.created_at,
            })
        });
        message.receipts.acknowledged = marks.collect();
        marks::sort(&mut message.receipts.acknowledged);
        Ok(Some(message))
    }

    /// Several messages, in their order.
    pub(crate) async fn messages(
        &self,
        wire: &[client::Message],
        members: &[Member],
    ) -> Result<Vec<Message>> {
        let messages = wire.iter().map(|wire| self.message(wire, members));
        Ok(try_join_all(messages)
            .await?
            .into_iter()
            .flatten()
            .collect())
    }

    /// All acknowledgements; Stream tells only ten reactions with a message.
    pub(crate) async fn acknowledgements(&self, wire: &client::Message) -> Result<Vec<Reaction>> {
        let is_one = |reaction: &Reaction| reaction.reaction_type == ACKNOWLEDGED;
        let known: Vec<Reaction> = wire
            .latest_reactions
            .iter()
            .filter(|r| is_one(r))
            .cloned()
            .collect();
        let count = wire.reaction_counts.get(ACKNOWLEDGED).copied().unwrap_or(0);
        if known.len() as u64 >= count {
            return Ok(known);
        }
        let all = self
            .client
            .reactions(&wire.id, 0)
            .await
            .map_err(failure::of("message"))?;
        Ok(all.into_iter().filter(is_one).collect())
    }

    /// A room as the doctor sees it. `window` is how many messages were asked for with the state.
    pub(crate) async fn room(
        &self,
        doctor: &Doctor,
        state: &ChannelState,
        window: usize,
    ) -> Result<Room> {
        let id = RoomId::parse(&state.channel.id)
            .map_err(|_| Error::internal("Stream named a room as none can be named"))?;
        let mut participants: Vec<Participant> =
            state.members.iter().filter_map(participant).collect();
        participants.sort_by_key(|participant| participant.joined_at);
        let title = state
            .channel
            .custom
            .get("name")
            .and_then(|name| name.as_str());
        let last = state.messages.iter().rev();
        let (unread, mentioned) = self.unread(doctor, &id, state, window).await?;
        Ok(Room {
            kind: ids::kind_of(&id),
            title: title
                .filter(|title| !is_blank(title))
                .map(RoomTitle::stored),
            participants,
            last_message: last
                .filter_map(|wire| message_from_wire(&self.channel_type, wire))
                .next(),
            active_at: activity(state),
            unread,
            mentioned,
            urgent: self.is_urgent(doctor, state).await?,
            id,
        })
    }

    /// Counted from the messages themselves, further back than the state reaches if need be; and
    /// whether one of them mentions the doctor.
    pub(crate) async fn unread(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        state: &ChannelState,
        window: usize,
    ) -> Result<(u32, bool)> {
        const PAGE: usize = 300;
        let most = usize::try_from(Room::MAX_UNREAD).unwrap_or(usize::MAX);
        let floor = unread_floor(doctor, state);
        let is_new = |message: &client::Message| marks::position(message) > floor;
        let counts = |message: &&client::Message| {
            let author = message.user.as_ref().map(|user| user.id.as_str());
            is_new(message)
                && author != Some(doctor.id().as_str())
                && message_from_wire(&self.channel_type, message)
                    .is_some_and(|shown| !shown.is_recalled())
        };
        let mentions = |message: &client::Message| {
            let mut users = message.mentioned_users.iter();
            users.any(|user| user.id == doctor.id().as_str())
        };
        let look = |messages: &[client::Message]| {
            let new = || messages.iter().filter(counts);
            (new().count(), new().any(mentions))
        };
        let (mut count, mut mentioned) = look(&state.messages);
        let mut oldest = state.messages.first().cloned();
        let mut may_be_more = state.messages.len() >= window;
        while let Some(from) = oldest.filter(|oldest| may_be_more && is_new(oldest) && count < most)
        {
            let range = MessageRange::Before(&from.id);
            let older = self
                .client
                .channel_messages(&self.channel_type, room.as_str(), range, PAGE)
                .await
                .told()?;
            let (more, also) = look(&older.messages);
            count += more;
            mentioned |= also;
            may_be_more = older.messages.len() >= PAGE;
            oldest = older.messages.into_iter().next();
        }
        let count = u32::try_from(count.min(most)).unwrap_or(Room::MAX_UNREAD);
        Ok((count, mentioned))
    }
}

/// Up to where nothing is unread for the doctor.
pub(crate) fn unread_floor(doctor: &Doctor, state: &ChannelState) -> i64 {
    member(state, doctor.id()).map_or(i64::MAX, |own| {
        Marks::of(own).own(marks::nanoseconds(own.created_at))
    })
}

pub(crate) fn participant(member: &Member) -> Option<Participant> {
    Some(Participant {
        doctor: profile(member.user.as_ref()?)?,
        joined_at: Some(member.created_at),
    })
}

/// A message without its receipts.
pub(crate) fn message_from_wire(channel_type: &str, wire: &client::Message) -> Option<Message> {
    let (of_type, room) = wire.cid.split_once(':')?;
    let is_of_people = matches!(wire.message_type.as_str(), "regular" | "reply" | "deleted");
    if of_type != channel_type || !is_of_people {
        return None;
    }
    let room = RoomId::parse(room).ok()?;
    let text = |field: &str| wire.custom.get(field).and_then(|value| value.as_str());
    let body = match wire.deleted_at {
        Some(at) => Body::Recalled { at },
        None => Body::Written {
            text: Some(MessageText::stored(wire.text.as_str()))
                .filter(|text| !text.as_str().is_empty()),
            attachments: wire
                .attachments
                .iter()
                .filter_map(|file| attachment(&room, file))
                .collect(),
        },
    };
    let urgency = match text("urgency") {
        Some("urgent") => Urgency::Urgent,
        _ => Urgency::Routine,
    };
    let is_recalled = wire.deleted_at.is_some();
    Some(Message {
        id: MessageId::parse(&wire.id).ok()?,
        client_id: text("client_id").and_then(|id| ClientId::parse(id).ok()),
        author: wire.user.as_ref().and_then(profile).unwrap_or_else(nobody),
        body,
        sent_at: sent_at(wire),
        sent_at_estimated: false,
        edited_at: edited_at(wire),
        reply_to: wire
            .quoted_message_id
            .as_ref()
            .and_then(|id| MessageId::parse(id).ok()),
        urgency,
        urgent_reason: text(URGENT_REASON)
            .filter(|_| urgency == Urgency::Urgent && !is_recalled)
            .map(UrgentReason::stored),
        mentions: if is_recalled {
            Vec::new()
        } else {
            mentions(wire)
        },
        receipts: domain::Receipts::default(),
        room,
    })
}

fn sent_at(wire: &client::Message) -> Timestamp {
    let elsewhere = wire.custom.get(SENT_AT).and_then(|at| at.as_i64());
    let elsewhere = elsewhere.and_then(|at| Timestamp::from_microsecond(at).ok());
    elsewhere.unwrap_or(wire.created_at)
}

/// When its author last changed what it says.
pub(crate) fn edited_at(wire: &client::Message) -> Option<Timestamp> {
    let mentions_set_at = wire.custom.get(MENTIONS_SET_AT).and_then(|at| at.as_i64());
    let mentions_set_at = mentions_set_at.and_then(|at| Timestamp::from_microsecond(at).ok());
    wire.message_text_updated_at.max(mentions_set_at)
}

fn mentions(wire: &client::Message) -> Vec<StaffId> {
    let ids = wire
        .mentioned_users
        .iter()
        .map(|user| StaffId::parse(&user.id));
    let mut ids: Vec<StaffId> = ids.filter_map(std::result::Result::ok).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn nobody() -> Profile {
    #[expect(clippy::expect_used, reason = "a word in the alphabet of ids")]
    let id = StaffId::parse("unknown").expect("an id");
    Profile {
        id,
        name: Arc::from("Somebody who is not known any more"),
        specialty: None,
        grade: None,
    }
}
