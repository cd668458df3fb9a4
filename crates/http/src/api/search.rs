mod asked;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::Doctor;

pub(crate) use self::asked::{Plain, SearchQuery};
use crate::{
    app::MountContext,
    extract::{JsonBody, Params},
    failure::{Failure, Problem},
    identity::CurrentDoctor,
    json::SearchPageJson,
};

/// Searches the messages of the rooms the doctor is in now, newest first. Words in an address may be
/// kept in histories and logs; the same call with POST keeps them out.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchPageJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn search(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(asked): Params<SearchQuery>,
) -> Result<Response, Failure> {
    answer(&at, &doctor, asked).await
}

/// Searches as the GET does, with the parameters as fields of the body.
#[utoipa::path(post, path = "/search", tag = "search", request_body = SearchQuery,
    responses((status = 200, body = SearchPageJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn search_by_body(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    JsonBody(asked): JsonBody<SearchQuery>,
) -> Result<Response, Failure> {
    answer(&at, &doctor, asked).await
}

async fn answer(
    at: &MountContext,
    doctor: &Doctor,
    asked: SearchQuery,
) -> Result<Response, Failure> {
    let search = asked.parse(at, doctor).await?;
    let page = at.chat.messages().search(doctor, &search).await?;
    Ok(Json(SearchPageJson::from(&page)).into_response())
}
