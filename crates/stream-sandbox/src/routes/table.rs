//! Every endpoint: method, path, its name in refusals and limits, and what it does.

use axum::routing::MethodFilter;

use crate::answer::Action;
use crate::{
    channels, events, files, imports, messages, moderation, reactions, read, search, settings,
    threads, users,
};

pub(super) type Row = (MethodFilter, &'static str, &'static str, Action);

const DELETE: MethodFilter = MethodFilter::DELETE;
const GET: MethodFilter = MethodFilter::GET;
const PATCH: MethodFilter = MethodFilter::PATCH;
const POST: MethodFilter = MethodFilter::POST;
const PUT: MethodFilter = MethodFilter::PUT;

#[rustfmt::skip]
pub(super) const USERS: &[Row] = &[
    (GET, "/users", "QueryUsers", users::query),
    (POST, "/users", "UpdateUsers", users::upsert),
    (PATCH, "/users", "UpdateUsersPartial", users::update_partial),
    (POST, "/users/deactivate", "DeactivateUsers", users::deactivate_many),
    (POST, "/users/reactivate", "ReactivateUsers", users::reactivate_many),
    (POST, "/users/delete", "DeleteUsers", users::delete_many),
    (POST, "/users/restore", "RestoreUsers", users::restore),
    (GET, "/users/block", "GetBlockedUsers", users::blocked),
    (POST, "/users/block", "BlockUser", users::block),
    (POST, "/users/unblock", "UnblockUser", users::unblock),
    (DELETE, "/users/{id}", "DeleteUser", users::delete),
    (POST, "/users/{id}/deactivate", "DeactivateUser", users::deactivate),
    (POST, "/users/{id}/reactivate", "ReactivateUser", users::reactivate),
    (GET, "/users/{id}/export", "ExportUser", users::export),
    (POST, "/users/{id}/event", "SendUserCustomEvent", events::send_user_event),
    (POST, "/guest", "CreateGuest", users::guest),
    (GET, "/devices", "ListDevices", settings::devices),
    (POST, "/devices", "CreateDevice", settings::add_device),
    (DELETE, "/devices", "DeleteDevice", settings::remove_device),
    (POST, "/moderation/mute", "MuteUser", moderation::mute),
    (POST, "/moderation/unmute", "UnmuteUser", moderation::unmute),
    (POST, "/moderation/mute/channel", "MuteChannel", moderation::mute_channel),
    (POST, "/moderation/unmute/channel", "UnmuteChannel", moderation::unmute_channel),
    (POST, "/moderation/ban", "Ban", moderation::ban),
    (DELETE, "/moderation/ban", "Unban", moderation::unban),
    (POST, "/moderation/flag", "Flag", moderation::flag),
    (GET, "/unread", "UnreadCounts", read::unread_counts),
    (POST, "/unread_batch", "UnreadCountsBatch", read::unread_batch),
];

#[rustfmt::skip]
pub(super) const CHANNELS: &[Row] = &[
    (POST, "/channels", "QueryChannels", channels::find),
    (POST, "/channels/delete", "DeleteChannels", channels::delete_many),
    (POST, "/channels/read", "MarkAllRead", read::read_all),
    (POST, "/channels/delivered", "MarkDelivered", read::delivered),
    (POST, "/channels/{type}/query", "GetOrCreateChannel", channels::query_distinct),
    (POST, "/channels/{type}/{id}/query", "GetOrCreateChannel", channels::query),
    (GET, "/channels/{type}/{id}", "GetChannel", channels::get),
    (POST, "/channels/{type}/{id}", "UpdateChannel", channels::update),
    (PATCH, "/channels/{type}/{id}", "UpdateChannelPartial", channels::update_partial),
    (DELETE, "/channels/{type}/{id}", "DeleteChannel", channels::delete),
    (POST, "/channels/{type}/{id}/truncate", "TruncateChannel", channels::truncate),
    (POST, "/channels/{type}/{id}/hide", "HideChannel", channels::hide),
    (POST, "/channels/{type}/{id}/show", "ShowChannel", channels::show),
    (POST, "/channels/{type}/{id}/stop-watching", "StopWatching", channels::stop_watching),
    (PATCH, "/channels/{type}/{id}/member", "UpdateMemberPartial", channels::update_member),
    (PATCH, "/channels/{type}/{id}/member/{user_id}", "UpdateMemberPartial", channels::update_member),
    (POST, "/channels/{type}/{id}/event", "SendEvent", events::send_event),
    (POST, "/channels/{type}/{id}/read", "MarkRead", read::read),
    (POST, "/channels/{type}/{id}/unread", "MarkUnread", read::unread),
    (GET, "/channels/{type}/{id}/draft", "GetDraft", messages::draft),
    (POST, "/channels/{type}/{id}/draft", "CreateDraft", messages::set_draft),
    (DELETE, "/channels/{type}/{id}/draft", "DeleteDraft", messages::delete_draft),
    (POST, "/channels/{type}/{id}/file", "UploadFile", files::upload_file),
    (DELETE, "/channels/{type}/{id}/file", "DeleteFile", files::delete),
    (POST, "/channels/{type}/{id}/image", "UploadImage", files::upload_image),
    (DELETE, "/channels/{type}/{id}/image", "DeleteImage", files::delete),
    (POST, "/uploads/file", "UploadFile", files::upload_file),
    (DELETE, "/uploads/file", "DeleteFile", files::delete),
    (POST, "/uploads/image", "UploadImage", files::upload_image),
    (DELETE, "/uploads/image", "DeleteImage", files::delete),
    (GET, "/members", "QueryMembers", channels::query_members),
    (POST, "/sync", "Sync", read::sync),
];

#[rustfmt::skip]
pub(super) const MESSAGES: &[Row] = &[
    (POST, "/channels/{type}/{id}/message", "SendMessage", messages::send),
    (GET, "/channels/{type}/{id}/messages", "GetManyMessages", messages::get_many),
    (GET, "/channels/{type}/{id}/pinned_messages", "GetPinnedMessages", messages::pinned),
    (POST, "/messages/history", "QueryMessageHistory", messages::history),
    (GET, "/messages/{id}", "GetMessage", messages::get),
    (POST, "/messages/{id}", "UpdateMessage", messages::update),
    (PUT, "/messages/{id}", "UpdateMessagePartial", messages::update_partial),
    (DELETE, "/messages/{id}", "DeleteMessage", messages::delete),
    (POST, "/messages/{id}/undelete", "UndeleteMessage", messages::undelete),
    (POST, "/messages/{id}/commit", "CommitMessage", messages::commit),
    (POST, "/messages/{id}/action", "RunMessageAction", messages::act),
    (POST, "/messages/{id}/translate", "TranslateMessage", messages::translate),
    (GET, "/messages/{id}/replies", "GetReplies", messages::replies),
    (POST, "/messages/{id}/reaction", "SendReaction", reactions::send),
    (DELETE, "/messages/{id}/reaction/{kind}", "DeleteReaction", reactions::delete),
    (GET, "/messages/{id}/reactions", "GetReactions", reactions::list),
    (POST, "/messages/{id}/reactions", "QueryReactions", reactions::query),
    (POST, "/threads", "QueryThreads", threads::query),
    (GET, "/threads/{id}", "GetThread", threads::get),
    (GET, "/search", "Search", search::search),
    (POST, "/drafts/query", "QueryDrafts", settings::drafts),
    (POST, "/polls/query", "QueryPolls", settings::polls),
    (POST, "/reminders/query", "QueryReminders", settings::reminders),
    (GET, "/og", "GetOG", settings::og),
];

#[rustfmt::skip]
pub(super) const APP: &[Row] = &[
    (GET, "/app", "GetApp", settings::get_app),
    (PATCH, "/app", "UpdateApp", settings::update_app),
    (GET, "/rate_limits", "GetRateLimits", settings::rate_limits),
    (GET, "/channeltypes", "ListChannelTypes", settings::kinds),
    (POST, "/channeltypes", "CreateChannelType", settings::create_kind),
    (GET, "/channeltypes/{name}", "GetChannelType", settings::get_kind),
    (PUT, "/channeltypes/{name}", "UpdateChannelType", settings::update_kind),
    (DELETE, "/channeltypes/{name}", "DeleteChannelType", settings::delete_kind),
    (GET, "/roles", "ListRoles", settings::roles),
    (POST, "/roles", "CreateRole", settings::create_role),
    (DELETE, "/roles/{name}", "DeleteRole", settings::delete_role),
    (GET, "/permissions", "ListPermissions", settings::permissions),
    (GET, "/permissions/{id}", "GetPermission", settings::permission),
    (GET, "/blocklists", "ListBlockLists", settings::blocklists),
    (GET, "/commands", "ListCommands", settings::commands),
    (GET, "/tasks/{id}", "GetTask", settings::task),
    (POST, "/import_urls", "CreateImportURL", imports::create_url),
    (GET, "/imports", "ListImports", imports::list),
    (POST, "/imports", "CreateImport", imports::create),
    (GET, "/imports/{id}", "GetImport", imports::get),
    (GET, "/hi", "Hi", settings::hi),
];
