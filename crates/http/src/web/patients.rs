use axum::{extract::State, http::StatusCode, response::Response};
use domain::{PageSize, Patient, PatientId};
use serde::Deserialize;

use super::{facts, frame, show};
use crate::{
    app::{Mounted, Shell},
    extract::{Ids, Params},
    failure::Failure,
    identity::CurrentDoctor,
    pages::{Frame, LocalTime, OpenChat, PatientPage, PatientRow, PatientsPage},
};

/// Patients in the list at once.
const SHOWN: u32 = 100;

/// Longest search.
const MAX_QUERY: usize = 100;

/// What to search for.
#[derive(Deserialize)]
pub(crate) struct PatientsQuery {
    q: Option<String>,
}

/// `GET /doctor/patients?q=`.
pub(crate) async fn list(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(query): Params<PatientsQuery>,
) -> Result<Response, Failure> {
    let text = query.q.unwrap_or_default().trim().to_owned();
    let frame = frame::of_patients(&shell, &doctor).await?;
    if text.chars().count() > MAX_QUERY || text.chars().any(char::is_control) {
        let error = Some("A search is at most 100 characters on one line.".to_owned());
        let page = PatientsPage {
            frame,
            error,
            ..PatientsPage::default()
        };
        return show(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let size = PageSize::new(SHOWN).unwrap_or_default();
    let patients = shell.patients.search(&doctor, &text, size).await?;
    let clock = frame::clock(&shell);
    let page = PatientsPage {
        more: patients.len() == size.get(),
        patients: patients
            .iter()
            .map(|patient| row(patient, &frame, &clock))
            .collect(),
        query: text,
        frame,
        error: None,
    };
    show(StatusCode::OK, &page)
}

/// `GET /doctor/patients/{patient}`.
pub(crate) async fn details(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(id): Ids<PatientId>,
) -> Result<Response, Failure> {
    let patient = shell.patients.find(&doctor, &id).await?;
    let frame = frame::of_patients(&shell, &doctor).await?;
    let clock = frame::clock(&shell);
    let chats = shell.mounts.iter().map(|mount| OpenChat {
        action: format!("{}/patients/{}", mount.prefix, patient.id),
        label: mount.button.clone(),
        backend: match &mount.chat {
            Mounted::Chat(chat) => chat.capabilities().backend.to_owned(),
            Mounted::NotConfigured(_) => "stream".to_owned(),
        },
        last: None,
    });
    let page = PatientPage {
        chats: chats.collect(),
        patient: facts::identity(&patient, &clock),
        frame,
    };
    show(StatusCode::OK, &page)
}

fn row(patient: &Patient, frame: &Frame, clock: &LocalTime) -> PatientRow {
    let rooms = frame.sidebar.iter().flat_map(|sidebar| &sidebar.rooms);
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    PatientRow {
        id: patient.id.to_string(),
        href: facts::patient_address(patient),
        name: patient.name.clone(),
        age_sex: facts::age_and_sex(patient, clock),
        mrn: patient.mrn.clone(),
        bed: text(&patient.bed),
        ward: text(&patient.ward),
        unread: rooms
            .filter(|room| room.patient == patient.id.as_str())
            .map(|room| room.unread)
            .sum(),
    }
}
