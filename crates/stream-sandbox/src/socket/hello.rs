use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::connections::Frame;
use crate::call::Caller;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::listen::Cut;
use crate::users::apply_details;
use crate::world::{User, World, uuid};

/// Someone who is in.
pub(super) struct Entry {
    pub(super) connection_id: String,
    pub(super) user: String,
    pub(super) hello: String,
}

/// Lets the caller in, creating or updating the user they say they are.
pub(super) fn enter(
    world: &mut World,
    caller: &Caller,
    query: &HashMap<String, String>,
    out: mpsc::Sender<Frame>,
    cut: Option<Cut>,
) -> Result<Entry, Failure> {
    let given = query.get("json").map_or("", String::as_str);
    let given: Object =
        serde_json::from_str(given).map_err(|_| Failure::input("json must be an object"))?;
    let details = json::object(&given, "user_details")?
        .ok_or_else(|| Failure::input("user_details is required"))?;
    let claimed = json::text(&given, "user_id")?.or(json::text(details, "id")?);
    let user = match caller {
        Caller::Server => {
            return Err(Failure::unauthorized(
                5,
                "a server token cannot connect a user",
            ));
        }
        Caller::Anonymous => claimed.map_or_else(uuid, str::to_owned),
        Caller::User(user) if claimed.is_none_or(|claimed| claimed == user) => user.clone(),
        Caller::User(_) => return Err(Failure::unauthorized(5, "the token is of another user_id")),
    };
    if *caller != Caller::Anonymous {
        sign_in(world, &user, details)?;
    }
    let connection_id = uuid();
    let was_online = world.connections.online(&user);
    world.connections.add(&connection_id, &user, out, cut);
    if !was_online {
        world.tell_presence_changed(&user);
    }
    let hello = json!({
        "type": "health.check", "connection_id": connection_id, "cid": "*", "created_at": world.now(),
        "me": world.me_json(&user),
    });
    Ok(Entry {
        connection_id,
        user,
        hello: hello.to_string(),
    })
}

fn sign_in(world: &mut World, id: &str, details: &Object) -> Result<(), Failure> {
    if world.gone_users.contains(id) {
        return Err(Failure::missing(format!("the user {id} was deleted")));
    }
    let now = world.now();
    if !world.users.contains_key(id) {
        crate::users::valid_id(id)?;
        world.users.insert(id.to_owned(), User::new(id, now));
    }
    world.may_act(&Caller::User(id.to_owned()))?;
    let user = world.user_mut(id)?;
    apply_details(user, details, false)?;
    user.last_active = Some(now);
    Ok(())
}

impl World {
    /// The user as they see themselves.
    pub(crate) fn me_json(&self, id: &str) -> Value {
        let mut me = self.full_user_json(id);
        let hidden = self
            .channels
            .values()
            .filter(|channel| channel.members.get(id).is_some_and(|member| member.hidden));
        me["latest_hidden_channels"] = hidden.map(|channel| json!(channel.cid)).collect();
        me
    }

    /// Says that someone came or went.
    pub(super) fn tell_presence_changed(&mut self, user: &str) {
        if !self.users.contains_key(user) {
            return;
        }
        let fields = json!({ "user": self.user_json(user) });
        let event = self.event("user.presence.changed", None, fields);
        self.tell_presence(user, &event);
    }

    /// A connection is gone.
    pub(super) fn leave(&mut self, connection: &str, user: &str) {
        let watched = self.connections.remove(connection);
        for cid in watched {
            self.tell_watching("user.watching.stop", &cid, user);
        }
        let now = self.now();
        if let Some(user) = self.users.get_mut(user) {
            user.last_active = Some(now);
        }
        if !self.connections.online(user) {
            self.tell_presence_changed(user);
        }
    }

    pub(crate) fn tell_watching(&mut self, kind: &str, cid: &str, user: &str) {
        let Some(channel) = self.channels.get(cid) else {
            return;
        };
        if !self.config_flag(channel, "connect_events") || !self.users.contains_key(user) {
            return;
        }
        let fields = json!({ "user": self.user_json(user), "watcher_count": self.connections.watcher_count(cid) });
        let event = self.event(kind, Some(cid), fields);
        let text = Value::Object(event).to_string();
        for connection in self.connections.watching(cid) {
            self.connections.send(&connection, &text);
        }
    }
}
