use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, patch, post, put};

use crate::answer::{act, no_route};
use crate::app::App;
use crate::{
    channels, control, events, files, imports, messages, moderation, page, reactions, read, search,
    settings, socket, threads, users,
};

/// The largest file of an import.
const IMPORT: usize = 300 * 1024 * 1024;

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(user_routes())
        .merge(channel_routes())
        .merge(message_routes())
        .merge(app_routes())
        .route("/connect", get(socket::connect))
        .route("/cdn/{folder}/{key}/{name}", get(files::serve))
        .route(
            "/uploaded/{*path}",
            put(imports::put_file).layer(DefaultBodyLimit::max(IMPORT)),
        )
        .fallback(no_route)
        .layer(from_fn(cross_origin))
        .merge(own_routes())
        .layer(from_fn(marked))
        .with_state(app)
}

fn user_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/users", get(act("QueryUsers", users::query)))
        .route("/users", post(act("UpdateUsers", users::upsert)))
        .route(
            "/users",
            patch(act("UpdateUsersPartial", users::update_partial)),
        )
        .route(
            "/users/deactivate",
            post(act("DeactivateUsers", users::deactivate_many)),
        )
        .route(
            "/users/reactivate",
            post(act("ReactivateUsers", users::reactivate_many)),
        )
        .route(
            "/users/delete",
            post(act("DeleteUsers", users::delete_many)),
        )
        .route("/users/restore", post(act("RestoreUsers", users::restore)))
        .route("/users/block", get(act("GetBlockedUsers", users::blocked)))
        .route("/users/block", post(act("BlockUser", users::block)))
        .route("/users/unblock", post(act("UnblockUser", users::unblock)))
        .route("/users/{id}", delete(act("DeleteUser", users::delete)))
        .route(
            "/users/{id}/deactivate",
            post(act("DeactivateUser", users::deactivate)),
        )
        .route(
            "/users/{id}/reactivate",
            post(act("ReactivateUser", users::reactivate)),
        )
        .route("/users/{id}/export", get(act("ExportUser", users::export)))
        .route(
            "/users/{id}/event",
            post(act("SendUserCustomEvent", events::send_user_event)),
        )
        .route("/guest", post(act("CreateGuest", users::guest)))
        .route("/devices", get(act("ListDevices", settings::devices)))
        .route("/devices", post(act("CreateDevice", settings::add_device)))
        .route(
            "/devices",
            delete(act("DeleteDevice", settings::remove_device)),
        )
        .route("/moderation/mute", post(act("MuteUser", moderation::mute)))
        .route(
            "/moderation/unmute",
            post(act("UnmuteUser", moderation::unmute)),
        )
        .route(
            "/moderation/mute/channel",
            post(act("MuteChannel", moderation::mute_channel)),
        )
        .route(
            "/moderation/unmute/channel",
            post(act("UnmuteChannel", moderation::unmute_channel)),
        )
        .route("/moderation/ban", post(act("Ban", moderation::ban)))
        .route("/moderation/ban", delete(act("Unban", moderation::unban)))
        .route("/moderation/flag", post(act("Flag", moderation::flag)))
        .route("/unread", get(act("UnreadCounts", read::unread_counts)))
        .route(
            "/unread_batch",
            post(act("UnreadCountsBatch", read::unread_batch)),
        )
}

fn channel_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/channels", post(act("QueryChannels", channels::find)))
        .route(
            "/channels/delete",
            post(act("DeleteChannels", channels::delete_many)),
        )
        .route("/channels/read", post(act("MarkAllRead", read::read_all)))
        .route(
            "/channels/delivered",
            post(act("MarkDelivered", read::delivered)),
        )
        .route(
            "/channels/{type}/query",
            post(act("GetOrCreateChannel", channels::query_distinct)),
        )
        .route(
            "/channels/{type}/{id}/query",
            post(act("GetOrCreateChannel", channels::query)),
        )
        .route(
            "/channels/{type}/{id}",
            get(act("GetChannel", channels::get)),
        )
        .route(
            "/channels/{type}/{id}",
            post(act("UpdateChannel", channels::update)),
        )
        .route(
            "/channels/{type}/{id}",
            patch(act("UpdateChannelPartial", channels::update_partial)),
        )
        .route(
            "/channels/{type}/{id}",
            delete(act("DeleteChannel", channels::delete)),
        )
        .route(
            "/channels/{type}/{id}/truncate",
            post(act("TruncateChannel", channels::truncate)),
        )
        .route(
            "/channels/{type}/{id}/hide",
            post(act("HideChannel", channels::hide)),
        )
        .route(
            "/channels/{type}/{id}/show",
            post(act("ShowChannel", channels::show)),
        )
        .route(
            "/channels/{type}/{id}/stop-watching",
            post(act("StopWatching", channels::stop_watching)),
        )
        .route(
            "/channels/{type}/{id}/member",
            patch(act("UpdateMemberPartial", channels::update_member)),
        )
        .route(
            "/channels/{type}/{id}/member/{user_id}",
            patch(act("UpdateMemberPartial", channels::update_member)),
        )
        .route(
            "/channels/{type}/{id}/event",
            post(act("SendEvent", events::send_event)),
        )
        .route(
            "/channels/{type}/{id}/read",
            post(act("MarkRead", read::read)),
        )
        .route(
            "/channels/{type}/{id}/unread",
            post(act("MarkUnread", read::unread)),
        )
        .route(
            "/channels/{type}/{id}/draft",
            get(act("GetDraft", messages::draft)),
        )
        .route(
            "/channels/{type}/{id}/draft",
            post(act("CreateDraft", messages::set_draft)),
        )
        .route(
            "/channels/{type}/{id}/draft",
            delete(act("DeleteDraft", messages::delete_draft)),
        )
        .route(
            "/channels/{type}/{id}/file",
            post(act("UploadFile", files::upload_file)),
        )
        .route(
            "/channels/{type}/{id}/file",
            delete(act("DeleteFile", files::delete)),
        )
        .route(
            "/channels/{type}/{id}/image",
            post(act("UploadImage", files::upload_image)),
        )
        .route(
            "/channels/{type}/{id}/image",
            delete(act("DeleteImage", files::delete)),
        )
        .route("/uploads/file", post(act("UploadFile", files::upload_file)))
        .route("/uploads/file", delete(act("DeleteFile", files::delete)))
        .route(
            "/uploads/image",
            post(act("UploadImage", files::upload_image)),
        )
        .route("/uploads/image", delete(act("DeleteImage", files::delete)))
        .route(
            "/members",
            get(act("QueryMembers", channels::query_members)),
        )
        .route("/sync", post(act("Sync", read::sync)))
}

fn message_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/channels/{type}/{id}/message",
            post(act("SendMessage", messages::send)),
        )
        .route(
            "/channels/{type}/{id}/messages",
            get(act("GetManyMessages", messages::get_many)),
        )
        .route(
            "/channels/{type}/{id}/pinned_messages",
            get(act("GetPinnedMessages", messages::pinned)),
        )
        .route(
            "/messages/history",
            post(act("QueryMessageHistory", messages::history)),
        )
        .route("/messages/{id}", get(act("GetMessage", messages::get)))
        .route(
            "/messages/{id}",
            post(act("UpdateMessage", messages::update)),
        )
        .route(
            "/messages/{id}",
            put(act("UpdateMessagePartial", messages::update_partial)),
        )
        .route(
            "/messages/{id}",
            delete(act("DeleteMessage", messages::delete)),
        )
        .route(
            "/messages/{id}/undelete",
            post(act("UndeleteMessage", messages::undelete)),
        )
        .route(
            "/messages/{id}/commit",
            post(act("CommitMessage", messages::commit)),
        )
        .route(
            "/messages/{id}/action",
            post(act("RunMessageAction", messages::act)),
        )
        .route(
            "/messages/{id}/translate",
            post(act("TranslateMessage", messages::translate)),
        )
        .route(
            "/messages/{id}/replies",
            get(act("GetReplies", messages::replies)),
        )
        .route(
            "/messages/{id}/reaction",
            post(act("SendReaction", reactions::send)),
        )
        .route(
            "/messages/{id}/reaction/{kind}",
            delete(act("DeleteReaction", reactions::delete)),
        )
        .route(
            "/messages/{id}/reactions",
            get(act("GetReactions", reactions::list)),
        )
        .route(
            "/messages/{id}/reactions",
            post(act("QueryReactions", reactions::query)),
        )
        .route("/threads", post(act("QueryThreads", threads::query)))
        .route("/threads/{id}", get(act("GetThread", threads::get)))
        .route("/search", get(act("Search", search::search)))
        .route("/drafts/query", post(act("QueryDrafts", settings::drafts)))
        .route("/polls/query", post(act("QueryPolls", settings::polls)))
        .route(
            "/reminders/query",
            post(act("QueryReminders", settings::reminders)),
        )
        .route("/og", get(act("GetOG", settings::og)))
}

fn app_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/app", get(act("GetApp", settings::get_app)))
        .route("/app", patch(act("UpdateApp", settings::update_app)))
        .route(
            "/rate_limits",
            get(act("GetRateLimits", settings::rate_limits)),
        )
        .route(
            "/channeltypes",
            get(act("ListChannelTypes", settings::kinds)),
        )
        .route(
            "/channeltypes",
            post(act("CreateChannelType", settings::create_kind)),
        )
        .route(
            "/channeltypes/{name}",
            get(act("GetChannelType", settings::get_kind)),
        )
        .route(
            "/channeltypes/{name}",
            put(act("UpdateChannelType", settings::update_kind)),
        )
        .route(
            "/channeltypes/{name}",
            delete(act("DeleteChannelType", settings::delete_kind)),
        )
        .route("/roles", get(act("ListRoles", settings::roles)))
        .route("/roles", post(act("CreateRole", settings::create_role)))
        .route(
            "/roles/{name}",
            delete(act("DeleteRole", settings::delete_role)),
        )
        .route(
            "/permissions",
            get(act("ListPermissions", settings::permissions)),
        )
        .route(
            "/permissions/{id}",
            get(act("GetPermission", settings::permission)),
        )
        .route(
            "/blocklists",
            get(act("ListBlockLists", settings::blocklists)),
        )
        .route("/commands", get(act("ListCommands", settings::commands)))
        .route("/tasks/{id}", get(act("GetTask", settings::task)))
        .route(
            "/import_urls",
            post(act("CreateImportURL", imports::create_url)),
        )
        .route("/imports", get(act("ListImports", imports::list)))
        .route("/imports", post(act("CreateImport", imports::create)))
        .route("/imports/{id}", get(act("GetImport", imports::get)))
        .route("/hi", get(act("Hi", settings::hi)))
}

/// The sandbox's own pages; no other site may call them.
fn own_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sandbox", get(page::page))
        .route(
            "/sandbox/faults",
            get(control::list).post(control::add).delete(control::clear),
        )
        .route("/sandbox/orders", post(control::order))
        .layer(from_fn(control::local_only))
}

async fn marked(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(
        HeaderName::from_static("x-stream-sandbox"),
        HeaderValue::from_static(page::MARK),
    );
    response
}

/// Lets browsers on any page use the API, as the original does: a token is needed anyway.
async fn cross_origin(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
    );
    if preflight {
        set(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, PATCH, DELETE, OPTIONS",
        );
        set(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, stream-auth-type, x-stream-client, x-client-request-id, content-type, x-stream-ext",
        );
        set(header::ACCESS_CONTROL_MAX_AGE, "86400");
    }
    response
}
