//! The page of administrators about retention.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{HeldMatter, HoldReason, RetentionRules, RoomId, StaffId, StaffMember};
use ports::{ErrorKind, GuardedRetention, OrderedBy, PatientLookup, PatientName, Records};
use serde::Deserialize;

use crate::{
    app::Shell,
    extract::{FormBody, Params},
    failure::Failure,
    identity::SignedIn,
    pages::{HoldRow, NewHoldShown, ReceiptRow, RetentionPage, RuleRow},
    web::{frame, show},
};

/// The address of the page.
const PAGE: &str = "/admin/retention";

/// Receipts on the page.
const RECEIPTS: u32 = 50;

/// The services behind the page.
#[derive(Clone)]
pub(crate) struct Retained {
    pub(crate) retention: GuardedRetention,
    pub(crate) rules: RetentionRules,
    /// A hold names something that is there: rooms of any chat, and patients.
    pub(crate) rooms: Vec<Arc<dyn Records>>,
    pub(crate) patients: Arc<dyn PatientLookup>,
}

/// The order that was carried out before the page was loaded.
#[derive(Default, Deserialize)]
pub(crate) struct Seen {
    done: Option<String>,
    hold: Option<i64>,
}

/// Told above the rest.
#[derive(Default)]
struct Told {
    done: Option<String>,
    problem: Option<String>,
    new: NewHoldShown,
}

/// `GET /admin/retention`.
pub(crate) async fn show_retention(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    Params(seen): Params<Seen>,
) -> Result<Response, Failure> {
    let (retained, member) = asked(&shell, signed_in)?;
    let done = match (seen.done.as_deref(), seen.hold) {
        (Some("placed"), Some(hold)) => Some(format!("Legal hold {hold} is placed.")),
        (Some("lifted"), Some(hold)) => Some(format!("Legal hold {hold} is lifted.")),
        _ => None,
    };
    let told = Told {
        done,
        ..Told::default()
    };
    page(&shell, &retained, &member, StatusCode::OK, told).await
}

/// `POST /admin/retention/holds`: places a hold.
pub(crate) async fn place(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    form: FormBody,
) -> Result<Response, Failure> {
    let (retained, member) = asked(&shell, signed_in)?;
    // Who may not place one learns nothing of what would be wrong with it.
    retained.retention.admit(&member).await.map_err(refused)?;
    let given = |name: &str| form.get(name).map_or("", str::trim);
    let (matter, id) = (given("matter"), given("id"));
    let reason = HoldReason::parse(given("reason"));
    let reason = reason.map_err(|error| format!("The reason {error}."));
    let problem = match (matter_of(&shell, &retained, matter, id).await?, reason) {
        (Ok(matter), Ok(reason)) => {
            let by = OrderedBy::Member(&member);
            let placed = retained.retention.place(by, matter, reason).await;
            let number = placed.map_err(refused)?;
            return Ok(done("placed", number));
        }
        (Err(problem), _) | (_, Err(problem)) => problem,
    };
    let told = Told {
        problem: Some(format!("Nothing is held. {problem}")),
        new: NewHoldShown {
            matter: matter.to_owned(),
            id: id.to_owned(),
            reason: given("reason").to_owned(),
        },
        done: None,
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page(&shell, &retained, &member, status, told).await
}

/// `POST /admin/retention/holds/{hold}/lift`.
pub(crate) async fn lift(
    State(shell): State<Shell>,
    Path(hold): Path<String>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let (retained, member) = asked(&shell, signed_in)?;
    retained.retention.admit(&member).await.map_err(refused)?;
    let hold: i64 = hold.parse().map_err(|_| Failure::not_found())?;
    let by = OrderedBy::Member(&member);
    retained.retention.lift(by, hold).await.map_err(refused)?;
    Ok(done("lifted", hold))
}

/// After a change the page is loaded anew, so that loading it again changes nothing.
fn done(change: &str, hold: i64) -> Response {
    Redirect::to(&format!("{PAGE}?done={change}&hold={hold}")).into_response()
}

async fn page(
    shell: &Shell,
    retained: &Retained,
    member: &StaffMember,
    status: StatusCode,
    told: Told,
) -> Result<Response, Failure> {
    let (retention, by) = (&retained.retention, OrderedBy::Member(member));
    let holds = retention.holds(by, true).await.map_err(refused)?;
    let receipts = retention.receipts(by, RECEIPTS).await.map_err(refused)?;
    let zone = &shell.zone;
    let page = RetentionPage {
        frame: frame::alone(shell),
        links: frame::admin_links(shell),
        rules: RuleRow::all(&retained.rules),
        holds: holds
            .into_iter()
            .map(|hold| HoldRow::of(hold, zone))
            .collect(),
        receipts: receipts
            .into_iter()
            .map(|receipt| ReceiptRow::of(receipt, zone))
            .collect(),
        done: told.done,
        problem: told.problem,
        new: told.new,
    };
    show(status, &page)
}

/// The matter to hold, or the sentence that says why nothing is held.
async fn matter_of(
    shell: &Shell,
    retained: &Retained,
    matter: &str,
    id: &str,
) -> Result<Result<HeldMatter, String>, Failure> {
    let nobody = |what: &str| Ok(Err(format!("There is no {what} of this id.")));
    match matter {
        "everything" => Ok(Ok(HeldMatter::Everything)),
        "room" => {
            let Ok(room) = RoomId::parse(id) else {
                return nobody("room");
            };
            for rooms in &retained.rooms {
                match rooms.room(&room).await {
                    Ok(_) => return Ok(Ok(HeldMatter::Room(room))),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(error.into()),
                }
            }
            nobody("room")
        }
        "staff" => match StaffId::parse(id) {
            Ok(staff) if shell.staff.find(&staff).await?.is_some() => {
                Ok(Ok(HeldMatter::Staff(staff)))
            }
            _ => nobody("member of staff"),
        },
        "patient" => {
            let mut named = retained.patients.named(&PatientName::parse(id)).await?;
            Ok(match (named.pop(), named.pop()) {
                (Some(patient), None) => Ok(HeldMatter::Patient {
                    id: patient.id,
                    reference: patient.reference,
                }),
                (None, _) => Err("There is no patient of this MRN or id.".to_owned()),
                (Some(_), Some(_)) => {
                    Err("This means two patients: write id:… or mrn:….".to_owned())
                }
            })
        }
        _ => Ok(Err("Choose what is to be held.".to_owned())),
    }
}

fn asked(
    shell: &Shell,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<(Retained, StaffMember), Failure> {
    let Extension(signed_in) = signed_in.ok_or_else(Failure::not_signed_in)?;
    let retained = shell.retained.clone().ok_or_else(Failure::not_found)?;
    Ok((retained, signed_in.member().clone()))
}

fn refused(error: ports::Error) -> Failure {
    match error.kind() {
        ErrorKind::Forbidden => Failure::not_an_administrator(&error),
        _ => error.into(),
    }
}
