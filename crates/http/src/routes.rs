//! Every route, on one screen.

mod table;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, Uri},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, on},
};

use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};

use self::table::Table;
use crate::{
    api,
    app::{App, MountContext, Mounted, Shell},
    assets,
    extract::MAX_BODY,
    failure::{self, Failure},
    identity::CurrentDoctor,
    live,
    login::{self, SignIn},
    moved, observed, openapi, operations, security, visits, web,
};

fn mount_routes(max_file: usize) -> Table<MountContext> {
    Table::new()
        // Pages; each form has the JSON call of the same name below.
        .get("/", web::rooms::start)
        .post("/rooms", web::rooms::open)
        .post("/patients/{patient}", web::rooms::open_patient)
        .get("/search", web::search::form)
        .post("/search", web::search::submit)
        .get("/rooms/{room}", web::conversation::show_one)
        .post("/rooms/{room}/messages", web::conversation::forms::post)
        .post(
            "/rooms/{room}/patient-warning",
            web::conversation::forms::withdraw,
        )
        .post("/rooms/{room}/unsent", web::conversation::forms::unsent)
        .post(
            "/rooms/{room}/messages/{message}/edit",
            web::conversation::forms::edit,
        )
        .post(
            "/rooms/{room}/messages/{message}/recall",
            web::conversation::forms::recall,
        )
        .add(
            Method::POST,
            "/rooms/{room}/files",
            on(MethodFilter::POST, web::files::send)
                .layer(DefaultBodyLimit::max(max_file.saturating_mul(10))),
        )
        .post("/rooms/{room}/read", web::conversation::forms::read)
        .post("/rooms/{room}/unread", web::conversation::forms::unread)
        .post(
            "/rooms/{room}/messages/{message}/acknowledgement",
            web::conversation::forms::acknowledge,
        )
        .post(
            "/rooms/{room}/participants",
            web::conversation::forms::add_participant,
        )
        .post(
            "/rooms/{room}/participants/{doctor}/remove",
            web::conversation::forms::remove_participant,
        )
        .get("/client-library.js", web::client_library::script)
        .get("/rooms/{room}/print", web::conversation::paper::show_paper)
        // JSON.
        .get("/api/rooms", api::rooms::list)
        .post("/api/rooms", api::rooms::open)
        .get("/api/rooms/{room}", api::rooms::get)
        .post("/api/rooms/{room}/participants", api::participants::add)
        .get("/api/rooms/{room}/changes", api::participants::changes)
        .delete(
            "/api/rooms/{room}/participants/{doctor}",
            api::participants::remove,
        )
        .get("/api/rooms/{room}/messages", api::messages::page)
        .post("/api/rooms/{room}/messages", api::messages::post)
        .post(
            "/api/rooms/{room}/patient-warning",
            api::patient_warning::choose,
        )
        .get("/api/rooms/{room}/messages/{message}", api::messages::get)
        .get(
            "/api/rooms/{room}/messages/{message}/versions",
            api::messages::versions,
        )
        .patch("/api/rooms/{room}/messages/{message}", api::messages::edit)
        .delete(
            "/api/rooms/{room}/messages/{message}",
            api::messages::recall,
        )
        .post(
            "/api/rooms/{room}/messages/{message}/acknowledgement",
            api::receipts::acknowledge,
        )
        .post("/api/rooms/{room}/read", api::receipts::read)
        .post("/api/rooms/{room}/unread", api::receipts::unread)
        .get("/api/urgent", api::urgent::waiting)
        .get("/api/rooms/{room}/draft", api::drafts::get)
        .put("/api/rooms/{room}/draft", api::drafts::put)
        .delete("/api/rooms/{room}/draft", api::drafts::forget)
        .post("/api/rooms/{room}/typing", api::live::typing)
        .add(
            Method::POST,
            "/api/rooms/{room}/attachments",
            on(MethodFilter::POST, api::attachments::upload).layer(DefaultBodyLimit::max(max_file)),
        )
        .get("/api/attachments/{attachment}", api::attachments::fetch)
        .delete("/api/attachments/{attachment}", api::attachments::discard)
        .get(
            "/api/attachments/{attachment}/thumbnail",
            api::attachments::thumbnail,
        )
        .get("/api/search", api::search::search)
        .post("/api/search", api::search::search_by_body)
        .get("/api/doctors", api::doctors::search)
        .get("/api/events", live::events)
        .post("/api/token", api::token::mint)
        .get("/api/capabilities", api::capabilities::show)
}

fn shell_routes() -> Table<Shell> {
    Table::new()
        .get("/doctor/patients", web::patients::list)
        .post("/doctor/patients", web::patients::search)
        .get("/doctor/patients/{patient}", web::patients::details)
        .get("/doctor/people", web::people::list)
        .get("/doctor/inbox", web::inbox::show_page)
        .get("/doctor/inbox/api/rooms", api::inbox::rooms)
        .get("/doctor/inbox/api/unread", api::inbox::unread)
        .post("/doctor/api/patients", api::patients::search)
        .post("/doctor/api/patients/unread", api::patients::unread)
        .get("/assets/{*path}", assets::asset_file)
}

/// Routes that a host service has of its own.
fn site_routes() -> Table<Shell> {
    Table::new()
        .get("/", web::start)
        .get("/doctor", web::start)
        .get("/health/live", operations::live)
        .get("/health/ready", operations::ready)
}

/// Routes for operators of the service and for programmers against it.
fn operator_routes() -> Table<Shell> {
    Table::new()
        .get("/metrics", operations::metrics)
        .get("/openapi.json", openapi::document)
        .get("/openapi", openapi::browse)
}

fn login_routes() -> Table<Shell> {
    Table::new()
        .get("/login", login::form)
        .post("/login", login::submit)
        .post("/logout", login::sign_out::sign_out)
        .post("/lock", login::lock::lock)
        .post("/unlock", login::lock::unlock)
        .get("/sessions", web::sessions::list)
        .post("/sessions/end-others", web::sessions::end_others)
        .post("/sessions/{id}/end", web::sessions::end)
        .get("/doctor/api/sessions", api::sessions::list)
        .delete("/doctor/api/sessions/{id}", api::sessions::end)
}

fn openid_routes() -> Table<Shell> {
    Table::new()
        .get("/login/oidc", login::openid::start)
        .post("/login/oidc", login::openid::start_with_form)
        .get("/login/oidc/callback", login::openid::callback)
        .post("/login/oidc/back-channel", login::openid::back_channel)
}

fn proxy_routes() -> Table<Shell> {
    Table::new().post("/login/proxy", login::proxied::go_on)
}

fn availability_routes() -> Table<Shell> {
    Table::new()
        .post("/doctor/availability", web::availability::submit)
        .put("/doctor/api/availability", api::availability::set)
        .delete("/doctor/api/availability", api::availability::clear)
}

fn admin_routes() -> Table<Shell> {
    Table::new()
        .get("/admin/checks", web::checks::show_settings)
        .post("/admin/checks", web::checks::run)
}

fn move_routes() -> Table<Shell> {
    Table::new()
        .get("/admin/moves", web::moves::show_status)
        .post("/admin/moves", web::moves::order)
}

fn staff_routes() -> Table<Shell> {
    Table::new()
        .get("/admin/people", web::staff::show_list)
        .post("/admin/people", web::staff::add)
        .add(
            Method::POST,
            "/admin/people/import",
            on(MethodFilter::POST, web::staff::import)
                .layer(DefaultBodyLimit::max(web::staff::MAX_LIST)),
        )
        .post("/admin/people/{staff}/deactivate", web::staff::deactivate)
        .post("/admin/people/{staff}/reactivate", web::staff::reactivate)
        .post("/admin/people/{staff}/password", web::staff::set_password)
}

fn audit_routes() -> Table<Shell> {
    Table::new().get("/admin/audit", web::audit::show_entries)
}

fn retention_routes() -> Table<Shell> {
    Table::new()
        .get("/admin/retention", web::retention::show_retention)
        .post("/admin/retention/holds", web::retention::place)
        .post("/admin/retention/holds/{hold}/lift", web::retention::lift)
}

/// The routes of a chat inside a host service: no fallback, and nothing that a host has itself.
pub(crate) fn router(shell: Shell) -> Router {
    let routes = chat_routes(&shell);
    served(routes, shell)
}

/// The routes of a whole site.
pub(crate) fn site(shell: Shell) -> Router {
    let routes = chat_routes(&shell)
        .merge(site_routes().router)
        .merge(operator_routes().router)
        .merge(shell.also.clone().with_state(()));
    whole(routes, shell)
}

/// The routes of a site without those of its operators, and those with health.
pub(crate) fn apart(shell: Shell) -> (Router, Router) {
    let doctors = chat_routes(&shell)
        .merge(site_routes().router)
        .merge(shell.also.clone().with_state(()));
    let operators = operator_routes()
        .get("/health/live", operations::live)
        .get("/health/ready", operations::ready)
        .get("/assets/{*path}", assets::asset_file);
    (
        whole(doctors, shell.clone()),
        whole(operators.router, shell),
    )
}

fn whole(routes: Router<Shell>, shell: Shell) -> Router {
    let routes = routes
        .fallback(elsewhere)
        .method_not_allowed_fallback(async || Failure::wrong_method());
    served(routes, shell)
}

fn has(sign_in: &Option<SignIn>, way: impl Fn(&SignIn) -> bool) -> bool {
    sign_in.as_ref().is_some_and(way)
}

/// The routes of what an app has been given.
fn chosen(app: &App) -> impl Iterator<Item = Table<Shell>> {
    type Routes = fn() -> Table<Shell>;
    let all: [(bool, Routes); 9] = [
        (app.sign_in.is_some(), login_routes),
        (has(&app.sign_in, SignIn::has_openid), openid_routes),
        (has(&app.sign_in, SignIn::has_proxy), proxy_routes),
        (app.availabilities.is_some(), availability_routes),
        (app.checks.is_some(), admin_routes),
        (app.relocations.is_some(), move_routes),
        (app.registers.is_some(), staff_routes),
        (app.audit_trail.is_some(), audit_routes),
        (app.retained.is_some(), retention_routes),
    ];
    let there = all.into_iter().filter(|(is_there, _)| *is_there);
    there.map(|(_, routes)| routes())
}

fn chat_routes(shell: &Shell) -> Router<Shell> {
    let mut router = shell_routes().router;
    for table in chosen(shell) {
        router = router.merge(table.router);
    }
    for mount in &shell.mounts {
        let routes = match &mount.chat {
            Mounted::Chat(chat) => {
                let at = MountContext {
                    shell: shell.clone(),
                    mount: mount.clone(),
                    chat: chat.clone(),
                };
                let max_file =
                    usize::try_from(chat.capabilities().max_attachment_bytes).unwrap_or(usize::MAX);
                // A multipart body is the file and its wrapping.
                mount_routes(max_file.saturating_add(MAX_BODY))
                    .router
                    .layer(middleware::from_fn_with_state(at.clone(), moved::lead))
                    .with_state(at)
            }
            Mounted::NotConfigured(steps) => {
                let failure = Failure::not_configured(&mount.label, steps);
                Router::new().fallback(async move |_: CurrentDoctor| failure.clone())
            }
        };
        router = router.nest(mount.prefix.as_str(), routes);
    }
    router
}

/// Adds the layers that every answer goes through; the one added last comes first.
fn served(routes: Router<Shell>, shell: Shell) -> Router {
    let routes = routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(security::keep_who));
    login::identified(routes, &shell)
        .layer(middleware::from_fn_with_state(shell.clone(), visits::visit))
        .layer(middleware::from_fn(security::same_origin))
        .layer(CatchPanicLayer::custom(|_| {
            Failure::internal().into_response()
        }))
        .layer(middleware::from_fn_with_state(
            shell.clone(),
            failure::present,
        ))
        .layer(middleware::from_fn_with_state(
            shell.clone(),
            security::headers,
        ))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(7)))
        .layer(middleware::from_fn_with_state(
            shell.clone(),
            observed::observed,
        ))
        .with_state(shell)
}

/// An address that is none; one that only has a slash too many leads to the right one.
async fn elsewhere(uri: Uri) -> Response {
    let path = uri.path().trim_end_matches('/');
    let is_plain = path.starts_with('/') && !path.starts_with("//");
    if uri.path().len() > path.len() && is_plain {
        Redirect::permanent(path).into_response()
    } else {
        Failure::not_found().into_response()
    }
}

/// Every route of an app, as method and path: what a test of authorisation has to cover.
#[doc(hidden)]
pub fn route_list(app: &App) -> Vec<(Method, String)> {
    let mut all = Vec::new();
    all.extend(shell_routes().listed("").chain(site_routes().listed("")));
    all.extend(operator_routes().listed(""));
    for table in chosen(app) {
        all.extend(table.listed(""));
    }
    for mount in &app.mounts {
        if matches!(mount.chat, Mounted::Chat(_)) {
            all.extend(mount_routes(0).listed(mount.prefix.as_str()));
        }
    }
    all
}
