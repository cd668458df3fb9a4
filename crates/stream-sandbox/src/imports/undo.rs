use std::collections::HashMap;

use super::fields::{cid, text};
use super::line::Item;
use crate::json::Object;
use crate::world::{Channel, Message, User, World};

/// The state before an import changed it, so that a wrong line takes all of the file back.
#[derive(Default)]
pub(super) struct Undo {
    users: HashMap<String, Option<User>>,
    channels: HashMap<String, Option<Channel>>,
    messages: HashMap<String, Option<Message>>,
}

impl Undo {
    /// Notes what an item is about to change.
    pub(super) fn note(&mut self, world: &World, item: Item, data: &Object) {
        match item {
            Item::User => {
                let id = text(data, "id");
                let old = world.users.get(&id).cloned();
                self.users.entry(id).or_insert(old);
            }
            Item::Channel => self.note_channel(world, cid(data, "type", "id", "member_ids")),
            Item::Member | Item::Message => {
                let places = ["channel_type", "channel_id", "channel_member_ids"];
                self.note_channel(world, cid(data, places[0], places[1], places[2]));
                if item == Item::Message {
                    self.note_message(world, text(data, "id"));
                }
            }
            Item::Reaction => self.note_message(world, text(data, "message_id")),
            Item::Device | Item::FutureBan => {}
        }
    }

    fn note_channel(&mut self, world: &World, cid: String) {
        let old = |cid: &String| world.channels.get(cid).cloned();
        self.channels.entry(cid).or_insert_with_key(old);
    }

    fn note_message(&mut self, world: &World, id: String) {
        if let Some(old) = world.messages.get(&id) {
            self.note_channel(world, old.cid.clone());
        }
        let old = |id: &String| world.messages.get(id).cloned();
        self.messages.entry(id).or_insert_with_key(old);
    }

    /// Puts everything back.
    pub(super) fn take_back(self, world: &mut World) {
        for (id, old) in self.users {
            match old {
                Some(old) => drop(world.users.insert(id, old)),
                None => drop(world.users.remove(&id)),
            }
        }
        for (cid, old) in self.channels {
            match old {
                Some(old) => drop(world.channels.insert(cid, old)),
                None => drop(world.channels.remove(&cid)),
            }
        }
        for (id, old) in self.messages {
            match old {
                Some(old) => drop(world.messages.insert(id, old)),
                None => drop(world.messages.remove(&id)),
            }
        }
    }
}
