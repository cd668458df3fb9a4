//! The page that says what this is, and the mark on every answer.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use crate::app::App;

/// The value of the header `x-stream-sandbox`.
pub(crate) const MARK: &str = "stand-in for development and tests; not Stream";

/// GET `/sandbox`
pub(crate) async fn page(State(app): State<Arc<App>>) -> Html<String> {
    let world = app.world();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Stream sandbox</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <h1>Stream sandbox</h1>\
         <p><strong>This is not Stream Chat.</strong> It is a stand-in for development and tests: it keeps \
         everything in memory, forgets it when it ends, and listens on this machine only. Never put real \
         patients' data into it.</p>\
         <dl><dt>App</dt><dd>{}</dd><dt>Users</dt><dd>{}</dd><dt>Channels</dt><dd>{}</dd>\
         <dt>Messages</dt><dd>{}</dd><dt>Open WebSockets</dt><dd>{}</dd></dl>\
         <p>Faults are ordered at <code>/sandbox/faults</code>.</p></html>",
        app.config.app_id,
        world.users.len(),
        world.channels.len(),
        world.messages.len(),
        world.connections.count(),
    ))
}
