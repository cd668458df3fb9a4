use axum::{Json, extract::State};
use ports::Capabilities;

use crate::{app::MountContext, failure::Problem, identity::CurrentDoctor};

/// The capabilities of this backend, as this mount offers them.
#[utoipa::path(get, path = "/capabilities", tag = "live",
    responses((status = 200, body = Object), (status = 401, body = Problem)))]
pub(crate) async fn show(
    State(at): State<MountContext>,
    _doctor: CurrentDoctor,
) -> Json<Capabilities> {
    let mut capabilities = at.chat.capabilities();
    capabilities.client_tokens &= at.mount.library.is_some();
    Json(capabilities)
}
