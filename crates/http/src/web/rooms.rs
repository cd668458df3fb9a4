use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Doctor, PatientId, RoomId, RoomTitle, StaffId, is_blank};
use ports::Opened;

use super::{facts, frame, show};
use crate::{
    api::doctors,
    app::MountContext,
    extract::{FormBody, Ids},
    failure::Failure,
    fields::Fields,
    identity::CurrentDoctor,
    new_rooms,
    pages::RoomsPage,
};

/// `GET P`: the rooms, nothing chosen yet.
pub(crate) async fn start(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
) -> Result<Response, Failure> {
    page(&at, &doctor, StatusCode::OK, &FormBody(Vec::new()), None).await
}

/// `POST P/rooms`: opens a room with the doctors picked.
pub(crate) async fn open(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    form: FormBody,
) -> Result<Response, Failure> {
    match open_picked(&at, &doctor, &form).await {
        Ok((place, opened)) => Ok(to_room(&place, &opened.room.id)),
        Err(failure) if failure.status == StatusCode::UNPROCESSABLE_ENTITY => {
            let is_alone = form
                .all("participant_ids")
                .all(|id| id == doctor.id().as_str());
            let is_right = |name: &str| failure.fields.iter().all(|error| error.field != name);
            let error = match (is_alone, is_right("title")) {
                (true, true) => "Choose a doctor.".to_owned(),
                (true, false) => format!("Choose a doctor. {}", failure.detail),
                (false, _) => failure.detail.into(),
            };
            page(&at, &doctor, failure.status, &form, Some(error)).await
        }
        Err(failure) => Err(failure),
    }
}

/// `POST P/patients/{patient}`: opens the patient's room, made once, and joins it.
pub(crate) async fn open_patient(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(patient): Ids<PatientId>,
) -> Result<Response, Failure> {
    let (place, opened) = new_rooms::open_patient(&at, &doctor, &patient).await?;
    Ok(to_room(&place, &opened.room.id))
}

pub(super) fn to_room(at: &MountContext, room: &RoomId) -> Response {
    Redirect::to(&format!("{}/rooms/{room}", at.prefix())).into_response()
}

async fn open_picked(
    at: &MountContext,
    doctor: &Doctor,
    form: &FormBody,
) -> Result<(MountContext, Opened), Failure> {
    let mut fields = Fields::default();
    let picked: Result<Vec<_>, _> = form.all("participant_ids").map(StaffId::parse).collect();
    let picked = fields.take("participant_ids", picked);
    let title = form.get("title").filter(|title| !is_blank(title));
    let title = fields.take_option("title", title.map(RoomTitle::parse));
    let picked = fields.finish(picked)?;
    new_rooms::open(at, doctor, &picked, title).await
}

async fn page(
    at: &MountContext,
    doctor: &Doctor,
    status: StatusCode,
    form: &FormBody,
    error: Option<String>,
) -> Result<Response, Failure> {
    let everyone = doctors::all(&at.shell, "").await?;
    let mut choices = facts::choices(everyone, |member| member.id == *doctor.id());
    for choice in &mut choices {
        choice.picked = form.all("participant_ids").any(|id| id == choice.person.id);
    }
    let page = RoomsPage {
        frame: frame::of_mount(at, doctor, None).await?,
        prefix: at.prefix().to_owned(),
        elsewhere: new_rooms::elsewhere(at).map(|there| there.mount.label.clone()),
        doctors: choices,
        title: form.get("title").unwrap_or_default().to_owned(),
        error,
    };
    show(status, &page)
}
