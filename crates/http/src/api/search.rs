use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{MessageId, Query, RoomId, Search, StaffId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;
use utoipa::IntoParams;

use super::rooms::page_size;
use crate::{
    app::At,
    extract::Params,
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
    json::SearchPageJson,
};

/// What to search for.
#[derive(Deserialize, IntoParams)]
pub(crate) struct SearchQuery {
    /// Part of a message, 2 to 100 characters, whatever the case.
    q: Option<String>,
    /// Only in this room.
    room: Option<String>,
    /// Only sent at or after: RFC 3339, or a date.
    from: Option<String>,
    /// Only by this doctor.
    author: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    limit: Option<String>,
}

/// Searches the messages of the rooms the doctor is in now, newest first.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchPageJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn search(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(asked): Params<SearchQuery>,
) -> Result<Response, Failure> {
    let mut fields = Fields::default();
    let query = fields.require("q", asked.q);
    let query = fields.take_option("q", query.as_deref().map(Query::parse));
    let room = fields.take_option("room", asked.room.map(RoomId::parse));
    let author = fields.take_option("author", asked.author.map(StaffId::parse));
    let from = fields.take_option(
        "from",
        asked
            .from
            .as_deref()
            .map(|from| start(from, &at.shell.zone)),
    );
    let after_hit = fields.take_option("cursor", asked.cursor.map(MessageId::parse));
    let size = fields.take("limit", page_size(asked.limit.as_deref()));
    let (query, size) = fields.finish(query.zip(size))?;
    let page = at
        .chat
        .messages()
        .search(
            &doctor,
            &Search {
                query,
                room,
                author,
                from,
                after_hit,
                size,
            },
        )
        .await?;
    Ok(Json(SearchPageJson::from(&page)).into_response())
}

/// A moment, or the beginning of a day in the hospital's zone.
fn start(text: &str, zone: &TimeZone) -> Result<Timestamp, &'static str> {
    let day = || {
        text.parse::<Date>()
            .ok()?
            .to_zoned(zone.clone())
            .ok()
            .map(|day| day.timestamp())
    };
    text.parse()
        .ok()
        .or_else(day)
        .ok_or("must be a time like 2026-11-22T13:00:00Z or a date like 2026-11-22")
}
