use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef};
use futures_util::future::join;
use serde::Deserialize;

use super::{facts, frame, show};
use crate::{
    app::{Mounted, Shell},
    extract::{FormBody, Ids, Params},
    failure::Failure,
    identity::CurrentDoctor,
    pages::{Frame, LocalTime, OpenChat, PatientPage, PatientRow, PatientsPage, UnreadMark},
    patients_unread::{self, PatientsUnread},
    sought::sought,
};

/// Patients in the list at once.
const SHOWN: u32 = 100;

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
    found(&shell, &doctor, &query.q.unwrap_or_default()).await
}

/// `POST /doctor/patients`: the same with the words in the body, because they may be a name.
pub(crate) async fn search(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    form: FormBody,
) -> Result<Response, Failure> {
    found(&shell, &doctor, form.get("q").unwrap_or_default()).await
}

async fn found(shell: &Shell, doctor: &Doctor, words: &str) -> Result<Response, Failure> {
    let Some(text) = sought(words) else {
        let error = Some("A search is at most 100 characters.".to_owned());
        let page = PatientsPage {
            frame: frame::of_patients(shell, doctor).await?,
            error,
            ..PatientsPage::default()
        };
        return show(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let size = PageSize::new(SHOWN).unwrap_or_default();
    let patients = shell.patients.search(doctor, &text, size).await?;
    let clock = frame::clock(shell);
    let references: Vec<PatientRef> = patients.iter().map(|p| p.reference.clone()).collect();
    let (frame, unread) = join(
        frame::of_patients(shell, doctor),
        patients_unread::of(shell, doctor, &references),
    )
    .await;
    let frame = frame?;
    let page = PatientsPage {
        missing: missing(&frame, &unread),
        more: patients.len() == size.get(),
        patients: patients
            .iter()
            .map(|patient| row(patient, &unread, &clock))
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
    let clock = frame::clock(&shell);
    let references = std::slice::from_ref(&patient.reference);
    let (frame, unread) = join(
        frame::of_patients(&shell, &doctor),
        patients_unread::of(&shell, &doctor, references),
    )
    .await;
    let frame = frame?;
    let chats = shell.mounts.iter().map(|mount| OpenChat {
        action: format!("{}/patients/{}", mount.prefix, patient.id),
        label: mount.button.clone(),
        backend: match &mount.chat {
            Mounted::Chat(chat) => chat.capabilities().backend.to_owned(),
            Mounted::NotConfigured(_) => "stream".to_owned(),
        },
        unread: unread.on(mount, &patient.reference),
        last: None,
    });
    let page = PatientPage {
        missing: missing(&frame, &unread),
        chats: chats.collect(),
        patient: facts::identity(&patient, &clock),
        reference: patient.reference.to_string(),
        frame,
    };
    show(StatusCode::OK, &page)
}

/// Labels of the mounts whose rooms or marks the page has not got.
fn missing(frame: &Frame, unread: &PatientsUnread) -> Vec<String> {
    let mut labels: Vec<String> = unread.missing().map(|at| at.mount.label.clone()).collect();
    let rooms = frame.sidebar.as_ref();
    let rooms = rooms.and_then(|sidebar| sidebar.rooms_missing.clone());
    labels.extend(rooms.filter(|label| !labels.contains(label)));
    labels
}

/// A backend's word as a name: `Legacy` of `legacy`.
pub(super) fn place(backend: &str) -> String {
    let mut letters = backend.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn row(patient: &Patient, unread: &PatientsUnread, clock: &LocalTime) -> PatientRow {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    PatientRow {
        id: patient.id.to_string(),
        reference: patient.reference.to_string(),
        href: facts::patient_address(patient),
        name: patient.name.clone(),
        age_sex: facts::age_and_sex(patient, clock),
        mrn: patient.mrn.clone(),
        bed: text(&patient.bed),
        ward: text(&patient.ward),
        unread: unread
            .marks(&patient.reference)
            .map(|(at, count)| UnreadMark {
                place: place(at.chat.capabilities().backend),
                count,
            })
            .collect(),
    }
}
