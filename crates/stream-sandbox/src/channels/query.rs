use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512_256};

use super::requested_members::{self, Requested};
use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{CHANNEL_FIELDS, Channel, Member, Subject, World};

/// POST `/channels/{type}/{id}/query`: the channel as it is, made first if there is none.
pub(crate) fn query(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let (kind, id) = (call.path("type").to_owned(), call.path("id").to_owned());
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '!');
    if id.is_empty() || id.len() > 64 || !id.chars().all(fits) {
        return Err(Failure::input(format!(
            "channel id {id:?} may only have letters, digits, _, - and !, at most 64"
        )));
    }
    let empty = Object::new();
    let data = json::object(&call.body, "data")?.unwrap_or(&empty).clone();
    open(world, call, &kind, &id, &data)
}

/// POST `/channels/{type}/query`: the channel that is its members.
pub(crate) fn query_distinct(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let empty = Object::new();
    let data = json::object(&call.body, "data")?.unwrap_or(&empty).clone();
    let members = requested_members::read(&data, "members")?;
    if members.len() < 2 {
        return Err(Failure::input(
            "a channel without an id needs at least 2 members",
        ));
    }
    let mut ids: Vec<&str> = members
        .iter()
        .map(|member| member.user_id.as_str())
        .collect();
    ids.sort_unstable();
    let id = distinct_id(&ids);
    let kind = call.path("type").to_owned();
    open(world, call, &kind, &id, &data)
}

/// The id of the channel that is its members; the ids must be sorted.
pub(crate) fn distinct_id(sorted: &[&str]) -> String {
    use base64::Engine as _;
    let digest = Sha512_256::digest(sorted.join(",").as_bytes());
    format!(
        "!members-{}",
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)
    )
}

/// GET `/channels/{type}/{id}`: never makes one.
pub(crate) fn get(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let channel = world.channel(&call.cid())?;
    world.demand(call, channel, "read-channel", Subject::Channel)?;
    let cid = channel.cid.clone();
    world.channel_state(call, &cid, &asked(call)?)
}

/// The parameters of a request without a body, such as `messages_limit=10&messages_id_lt=m1`.
fn asked(call: &Call) -> Result<Object, Failure> {
    let mut asked = Object::new();
    for list in ["messages", "members"] {
        let mut marks = Object::new();
        for (name, value) in &call.query {
            let Some(mark) = name
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix('_'))
            else {
                continue;
            };
            let number = value.parse::<u64>().map(|number| json!(number));
            let value = if mark == "limit" {
                number.map_err(|_| Failure::input(format!("{name} must be a number")))?
            } else {
                json!(value)
            };
            marks.insert(mark.to_owned(), value);
        }
        asked.insert(list.to_owned(), Value::Object(marks));
    }
    Ok(asked)
}

fn open(
    world: &mut World,
    call: &Call,
    kind: &str,
    id: &str,
    data: &Object,
) -> Result<Value, Failure> {
    world.kind(kind)?;
    let cid = format!("{kind}:{id}");
    let deleted = world
        .channels
        .get(&cid)
        .is_some_and(|channel| channel.deleted_at.is_some());
    if deleted || !world.channels.contains_key(&cid) {
        create(world, call, kind, id, data, deleted)?;
    }
    let channel = world.channel(&cid)?;
    world.demand(call, channel, "read-channel", Subject::Channel)?;
    world.channel_state(call, &cid, &call.body)
}

fn creator(call: &Call, data: &Object) -> Result<String, Failure> {
    if let Caller::User(user) = &call.caller {
        return Ok(user.clone());
    }
    let nested = json::object(data, "created_by")?
        .and_then(|user| user.get("id"))
        .and_then(Value::as_str);
    let named = json::text(data, "created_by_id")?
        .or(nested)
        .map(str::to_owned);
    let named = named.map_or_else(|| call.actor(&[]), |id| Ok(Some(id)))?;
    named.ok_or_else(|| Failure::input("either data.created_by or data.created_by_id must be provided when using server side auth."))
}

fn create(
    world: &mut World,
    call: &Call,
    kind: &str,
    id: &str,
    data: &Object,
    deleted: bool,
) -> Result<(), Failure> {
    let creator = creator(call, data)?;
    let members = requested_members::read(data, "members")?;
    let invites = requested_members::read(data, "invites")?;
    let named = members
        .iter()
        .chain(&invites)
        .map(|member| &member.user_id)
        .chain([&creator]);
    world.known_users(named)?;
    for role in members
        .iter()
        .chain(&invites)
        .filter_map(|member| member.channel_role.as_deref())
    {
        world.known_role(role)?;
    }
    let now = world.now();
    let mut channel = Channel::new(kind, id, &creator, now);
    world.demand(
        call,
        &channel,
        if deleted {
            "recreate-channel"
        } else {
            "create-channel"
        },
        Subject::Channel,
    )?;
    apply_data(&mut channel, data)?;
    if json::flag(&call.body, "hide_for_creator")?.unwrap_or(false)
        && !members.iter().any(|m| m.user_id == creator)
    {
        return Err(Failure::input(
            "hide_for_creator needs the creator among the members",
        ));
    }
    for member in &members {
        join(&mut channel, member, now);
    }
    for invited in &invites {
        join(&mut channel, invited, now);
        if let Some(member) = channel.members.get_mut(&invited.user_id) {
            member.invited = true;
        }
    }
    if json::flag(&call.body, "hide_for_creator")?.unwrap_or(false)
        && let Some(member) = channel.members.get_mut(&creator)
    {
        member.hidden = true;
    }
    let cid = channel.cid.clone();
    world.channels.insert(cid.clone(), channel);
    tell_created(world, call, &cid);
    Ok(())
}

/// Puts someone into a channel who was not in it.
pub(super) fn join(channel: &mut Channel, requested: &Requested, now: Timestamp) {
    let mut member = Member::new(&requested.user_id, now);
    if let Some(role) = &requested.channel_role {
        member.channel_role.clone_from(role);
    }
    member.custom.clone_from(&requested.custom);
    channel.members.insert(requested.user_id.clone(), member);
}

/// Takes over the fields of `data`: the custom data is what is given now.
pub(super) fn apply_data(channel: &mut Channel, data: &Object) -> Result<(), Failure> {
    channel.custom = json::custom(data, CHANNEL_FIELDS)?;
    if let Some(frozen) = json::flag(data, "frozen")? {
        channel.frozen = frozen;
    }
    if let Some(disabled) = json::flag(data, "disabled")? {
        channel.disabled = disabled;
    }
    if let Some(team) = json::text(data, "team")? {
        channel.team = Some(team.to_owned());
    }
    if data.contains_key("filter_tags") {
        channel.filter_tags = json::texts(data, "filter_tags")?;
    }
    if let Some(overrides) = json::object(data, "config_overrides")? {
        channel.config_overrides = overrides.clone();
    }
    Ok(())
}

fn tell_created(world: &mut World, call: &Call, cid: &str) {
    let Ok(channel) = world.channel(cid) else {
        return;
    };
    let creator = channel.created_by.clone();
    let members: Vec<(String, Value, bool)> = channel
        .members
        .values()
        .map(|member| {
            (
                member.user_id.clone(),
                world.member_json(member, member.user_id == creator),
                member.invited,
            )
        })
        .collect();
    let fields =
        json!({ "channel": world.channel_json(channel, None), "user": world.user_json(&creator) });
    let event = world.event("channel.created", Some(cid), fields.clone());
    world.tell_watchers(Some(call), cid, &event);
    for (user, member, invited) in members {
        let mut fields = fields.clone();
        fields["member"] = member;
        let kind = if invited {
            "notification.invited"
        } else {
            "notification.added_to_channel"
        };
        let event = world.event(kind, Some(cid), fields);
        world.tell_user_elsewhere(&user, cid, &event);
    }
}
