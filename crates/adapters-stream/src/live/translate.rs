//! Stream's events as ours.

use domain::{Event, MessageId, ReceiptKind, RoomId, StaffId};

use super::session::Session;
use crate::{
    client::{self, Message},
    convert::{ACKNOWLEDGED, edited_at, message_from_wire},
    receipts::{AGAIN, RECEIPT},
    rooms::WINDOW,
    store::ON_ITS_WAY,
    users::profile,
};

impl Session {
    /// Tells what an event says, unless it is nothing for this doctor or was told before.
    pub(super) async fn tell(&mut self, event: &client::Event) {
        let Some(room) = self.room_of(event) else {
            if let ("user.presence.changed", Some(user)) = (event.event_type.as_str(), &event.user)
                && user.id != self.memory.doctor.id().as_str()
                && let Some(presence) = self.memory.online.set(user)
            {
                self.publish(Event::Presence(presence));
            }
            return;
        };
        match event.event_type.as_str() {
            "notification.added_to_channel" | "channel.created" => self.join(&room).await,
            "notification.message_new" => {
                self.join(&room).await;
                self.tell_in_room(&room, event).await;
            }
            "member.added" if self.is_own(event) => self.join(&room).await,
            "member.added" => {
                self.tell_in_room(&room, event).await;
                self.see_newcomers(&room).await;
            }
            "notification.removed_from_channel" | "member.removed" if self.is_own(event) => {
                self.leave(&room);
            }
            "notification.mark_unread" if self.is_own(event) => self.tell_own_room(&room).await,
            RECEIPT if kind_of(event) == Some(AGAIN) => self.note_again(&room, event).await,
            "channel.deleted" | "notification.channel_deleted" => self.leave(&room),
            "channel.updated" if went_back(event) => self.let_go(&room),
            _ => self.tell_in_room(&room, event).await,
        }
    }

    async fn tell_in_room(&mut self, room: &RoomId, event: &client::Event) {
        if !self.memory.rooms.known.contains_key(room) {
            return;
        }
        match (event.event_type.as_str(), &event.message) {
            ("message.new" | "notification.message_new", Some(message)) => {
                self.tell_posted(message)
            }
            ("message.updated", Some(message)) => self.tell_edited(room, message).await,
            ("message.deleted", Some(message)) => self.tell_recalled(room, message).await,
            _ => self.tell_of_people(room, event),
        }
    }

    fn tell_of_people(&mut self, room: &RoomId, event: &client::Event) {
        // One's own marks, made on another device, are told; what one types is not.
        let own = self.is_own(event);
        let doctor = event.user.as_ref().and_then(profile);
        match (event.event_type.as_str(), doctor) {
            (kind, _) if own && !matches!(kind, "message.read" | "reaction.new") => {}
            ("typing.start" | "typing.stop", Some(doctor)) => {
                let typing = event.event_type == "typing.start";
                if let Some(told) = self.memory.typing.set(room.clone(), doctor, typing) {
                    self.publish(told);
                }
            }
            ("member.added" | "member.removed", Some(_)) => self.tell_membership(room, event),
            ("message.read", Some(doctor)) => {
                let message = event.last_read_message_id.as_deref();
                self.tell_receipt(room, message, doctor.id, ReceiptKind::Read, event);
            }
            (RECEIPT, Some(doctor)) if kind_of(event) == Some(ReceiptKind::Delivered.as_str()) => {
                let message = event.message_id.as_deref();
                self.tell_receipt(room, message, doctor.id, ReceiptKind::Delivered, event);
            }
            ("reaction.new", Some(doctor)) => {
                let reaction = event.reaction.as_ref();
                let acknowledged =
                    reaction.filter(|reaction| reaction.reaction_type == ACKNOWLEDGED);
                if let Some(reaction) = acknowledged {
                    let message = Some(reaction.message_id.as_str());
                    self.tell_receipt(room, message, doctor.id, ReceiptKind::Acknowledged, event);
                }
            }
            _ => {}
        }
    }

    /// Somebody reads again what the others know they had read: Stream's event of it, which comes
    /// next, tells them nothing. The reader's own devices get the room anew.
    async fn note_again(&mut self, room: &RoomId, event: &client::Event) {
        if self.is_own(event) {
            return self.tell_own_room(room).await;
        }
        let message = event.message_id.as_deref();
        if let (Some(message), Some(user)) = (message, &event.user) {
            let key = format!("{} {message} {}", ReceiptKind::Read.as_str(), user.id);
            let _ = self.memory.told.is_news(key);
        }
    }

    /// A room the doctor is in, as it is now.
    async fn tell_own_room(&mut self, room: &RoomId) {
        match self.store.state(&self.memory.doctor, room, WINDOW).await {
            Ok(state) => self.tell_room(&state).await,
            Err(error) => tracing::debug!(%error, "a room whose mark moved is not told"),
        }
    }

    fn tell_membership(&mut self, room: &RoomId, event: &client::Event) {
        let user = event
            .member
            .as_ref()
            .and_then(|member| member.user.as_ref());
        let Some(doctor) = user.and_then(profile) else {
            return;
        };
        let Some(known) = self.memory.rooms.known.get_mut(room) else {
            return;
        };
        let room = room.clone();
        let told = if event.event_type == "member.added" {
            let is_news = known.insert(doctor.id.clone());
            is_news.then_some(Event::ParticipantAdded { room, doctor })
        } else {
            let is_news = known.remove(&doctor.id);
            is_news.then_some(Event::ParticipantRemoved { room, doctor })
        };
        if let Some(told) = told {
            self.publish(told);
        }
    }

    fn tell_receipt(
        &mut self,
        room: &RoomId,
        message: Option<&str>,
        doctor: StaffId,
        kind: ReceiptKind,
        event: &client::Event,
    ) {
        let Some(message) = message.and_then(|id| MessageId::parse(id).ok()) else {
            return;
        };
        let key = format!("{} {message} {doctor}", kind.as_str());
        let at = event.created_at.unwrap_or_else(|| self.store.clock.now());
        let room = room.clone();
        self.publish_once(
            key,
            Event::Receipt {
                room,
                message,
                doctor,
                kind,
                at,
            },
        );
    }

    pub(super) fn tell_posted(&mut self, wire: &Message) {
        let Some(message) = message_from_wire(&self.store.channel_type, wire) else {
            return;
        };
        if !self.memory.told.is_news(format!("posted {}", wire.id)) {
            return;
        }
        if self
            .memory
            .reached
            .comes_next(&message.room, wire.created_at)
        {
            self.publish(Event::MessagePosted(message));
        } else {
            self.store.hub.resync(self.memory.doctor.id());
        }
    }

    /// Told of an edit of the text; Stream calls other changes of a message updates too.
    pub(super) async fn tell_edited(&mut self, room: &RoomId, wire: &Message) {
        let Some(at) = edited_at(wire).filter(|_| wire.deleted_at.is_none()) else {
            return;
        };
        if self.memory.told.is_news(format!("edited {} {at}", wire.id))
            && let Some(message) = self.whole(room, wire).await
        {
            self.publish(Event::MessageEdited(message));
        }
    }

    pub(super) async fn tell_recalled(&mut self, room: &RoomId, wire: &Message) {
        if wire.deleted_at.is_some()
            && self.memory.told.is_news(format!("recalled {}", wire.id))
            && let Some(message) = self.whole(room, wire).await
        {
            self.publish(Event::MessageRecalled(message));
        }
    }

    /// A changed message with its receipts, for which the members of the room are asked for. Of a
    /// recalled one a user is told less than a server, so that one is read as well.
    async fn whole(&self, room: &RoomId, wire: &Message) -> Option<domain::Message> {
        let reading = async {
            let state = self.store.state(&self.memory.doctor, room, 1).await?;
            if wire.deleted_at.is_none() {
                return self.store.message(wire, &state.members).await;
            }
            let id = MessageId::parse(&wire.id).map_err(|_| ports::Error::not_found("message"))?;
            let gone = self.store.wire(room, &id).await?;
            self.store.message(&gone, &state.members).await
        };
        match reading.await {
            Ok(message) => message,
            Err(error) => {
                tracing::debug!(%error, "a changed message is told without its receipts");
                message_from_wire(&self.store.channel_type, wire)
            }
        }
    }

    fn room_of(&self, event: &client::Event) -> Option<RoomId> {
        let (channel_type, id) = event.cid.as_deref()?.split_once(':')?;
        RoomId::parse(id)
            .ok()
            .filter(|_| channel_type == self.store.channel_type)
    }

    /// Whether the event is of the doctor themselves.
    fn is_own(&self, event: &client::Event) -> bool {
        let member = event.member.as_ref().map(|member| member.user_id());
        let user = event.user.as_ref().map(|user| user.id.as_str());
        member.or(user) == Some(self.memory.doctor.id().as_str())
    }
}

/// Whether the room does not live here any more.
fn went_back(event: &client::Event) -> bool {
    let channel = event.custom.get("channel");
    channel.is_some_and(|channel| channel.get(ON_ITS_WAY).is_some())
}

/// The kind of a receipt of ours.
fn kind_of(event: &client::Event) -> Option<&str> {
    event.custom.get("kind").and_then(|kind| kind.as_str())
}
