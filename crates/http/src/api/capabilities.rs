use axum::{Json, extract::State};
use ports::Capabilities;

use crate::{app::At, failure::Problem, identity::CurrentDoctor};

/// What this backend can do.
#[utoipa::path(get, path = "/capabilities", tag = "live",
    responses((status = 200, body = Object), (status = 401, body = Problem)))]
pub(crate) async fn show(State(at): State<At>, _doctor: CurrentDoctor) -> Json<Capabilities> {
    Json(at.chat.capabilities())
}
