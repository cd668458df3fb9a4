//! The page of administrators on which rooms go from one chat to the other and back.

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{RoomId, StaffMember};
use ports::{ErrorKind, MoveOrder, MoveScope, Relocations};

use crate::{
    app::Shell,
    extract::FormBody,
    failure::Failure,
    fields::Fields,
    identity::SignedIn,
    pages::MovesPage,
    web::{frame, show},
};

/// Path of the page.
const PAGE: &str = "/admin/moves";

/// Most rooms that are named at once.
const MOST_ROOMS: usize = 200;

/// `GET /admin/moves`: how it stands.
pub(crate) async fn show_status(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let (relocations, member) = asked(&shell, signed_in)?;
    let status = relocations.status(&member).await.map_err(refused)?;
    let clock = frame::clock(&shell);
    let links = frame::admin_links(&shell);
    let page = MovesPage::new(frame::alone(&shell), &status, &clock, links);
    show(StatusCode::OK, &page)
}

/// `POST /admin/moves`: an order, which is begun.
pub(crate) async fn order(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    form: FormBody,
) -> Result<Response, Failure> {
    let (relocations, member) = asked(&shell, signed_in)?;
    // Who may not order learns nothing of what would be wrong with the order.
    relocations.status(&member).await.map_err(refused)?;
    let (order, scope) = parse(&form)?;
    let begun = relocations.begin(&member, order, scope).await;
    begun.map_err(refused)?;
    Ok(Redirect::to(PAGE).into_response())
}

fn parse(form: &FormBody) -> Result<(MoveOrder, MoveScope), Failure> {
    let mut fields = Fields::default();
    let order = form.get("order").and_then(MoveOrder::parse);
    let order = fields.take(
        "order",
        order.ok_or("must be copy, move, give-back or compare"),
    );
    let text = |name| form.get(name).map_or("", str::trim);
    let scope = match text("scope") {
        "all" => Ok(MoveScope::All),
        "ward" if !text("ward").is_empty() => Ok(MoveScope::Ward(text("ward").to_owned())),
        "ward" => Err(("ward", "must name a ward".to_owned())),
        "rooms" => rooms(text("rooms")).map_err(|problem| ("rooms", problem)),
        _ => Err(("scope", "must be all, ward or rooms".to_owned())),
    };
    let scope = match scope {
        Ok(scope) => Some(scope),
        Err((field, problem)) => {
            fields.wrong(field, problem);
            None
        }
    };
    fields.finish(order.zip(scope))
}

/// Numbers with spaces or commas between them.
fn rooms(text: &str) -> Result<MoveScope, String> {
    let named = text.split([',', ' ', '\n', '\r', '\t']);
    let named = named.filter(|name| !name.is_empty());
    let rooms: Result<Vec<RoomId>, _> = named.map(RoomId::parse).collect();
    match rooms {
        Ok(rooms) if rooms.is_empty() => Err("must name a room by its number".to_owned()),
        Ok(rooms) if rooms.len() > MOST_ROOMS => Err(format!("must be at most {MOST_ROOMS}")),
        Ok(rooms) => Ok(MoveScope::Rooms(rooms)),
        Err(_) => Err("must be numbers of rooms".to_owned()),
    }
}

fn asked(
    shell: &Shell,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<(Relocations, StaffMember), Failure> {
    let Extension(signed_in) = signed_in.ok_or_else(Failure::not_signed_in)?;
    let relocations = shell.relocations.clone().ok_or_else(Failure::not_found)?;
    Ok((relocations, signed_in.member().clone()))
}

fn refused(error: ports::Error) -> Failure {
    match error.kind() {
        ErrorKind::Forbidden => Failure::not_an_administrator(&error),
        _ => error.into(),
    }
}
