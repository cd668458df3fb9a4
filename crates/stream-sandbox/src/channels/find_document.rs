use serde_json::{Value, json};

use crate::world::{Channel, World};

/// A channel as filters and sorting see it, with the eyes of `viewer`.
pub(crate) fn channel_document(world: &World, channel: &Channel, viewer: Option<&str>) -> Value {
    let mut out = world.channel_json(channel, viewer);
    let names = channel
        .members
        .keys()
        .filter_map(|id| world.users.get(id)?.name.clone());
    out["members"] = json!(channel.members.keys().collect::<Vec<_>>());
    out["member.user.name"] = json!(names.collect::<Vec<_>>());
    out["created_by_id"] = json!(channel.created_by);
    out["last_updated"] = json!(channel.last_message_at.unwrap_or(channel.created_at));
    let member = viewer.and_then(|viewer| channel.members.get(viewer));
    out["joined"] = json!(member.is_some_and(|member| member.joined()));
    out["hidden"] = json!(member.is_some_and(|member| member.hidden));
    out["archived"] = json!(member.is_some_and(|member| member.archived_at.is_some()));
    out["pinned"] = json!(member.is_some_and(|member| member.pinned_at.is_some()));
    if let Some(at) = member.and_then(|member| member.pinned_at) {
        out["pinned_at"] = json!(at);
    }
    if let Some(member) = member.filter(|member| member.invited) {
        out["invite"] = json!(
            match (member.invite_accepted_at, member.invite_rejected_at) {
                (Some(_), _) => "accepted",
                (None, Some(_)) => "rejected",
                (None, None) => "pending",
            }
        );
    }
    let unread = viewer.map_or(0, |viewer| world.unread_in(&channel.cid, viewer));
    out["unread_count"] = json!(unread);
    out["has_unread"] = json!(unread > 0);
    out
}
