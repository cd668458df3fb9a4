use std::collections::HashMap;

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef};
use futures_util::future::join_all;
use serde::Deserialize;

use super::{facts, frame, show};
use crate::{
    app::{Mounted, Shell},
    extract::{FormBody, Ids, Params},
    failure::Failure,
    identity::CurrentDoctor,
    pages::{LocalTime, OpenChat, PatientPage, PatientRow, PatientsPage, UnreadMark},
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
    let text = words.trim().to_owned();
    let frame = frame::of_patients(shell, doctor).await?;
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
    let patients = shell.patients.search(doctor, &text, size).await?;
    let clock = frame::clock(shell);
    let references: Vec<PatientRef> = patients.iter().map(|p| p.reference.clone()).collect();
    let unread = unread(shell, doctor, &references).await;
    let page = PatientsPage {
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
    let frame = frame::of_patients(&shell, &doctor).await?;
    let clock = frame::clock(&shell);
    let unread = unread(&shell, &doctor, std::slice::from_ref(&patient.reference)).await;
    let chats = shell
        .mounts
        .iter()
        .zip(unread)
        .map(|(mount, (_, unread))| OpenChat {
            action: format!("{}/patients/{}", mount.prefix, patient.id),
            label: mount.button.clone(),
            backend: match &mount.chat {
                Mounted::Chat(chat) => chat.capabilities().backend.to_owned(),
                Mounted::NotConfigured(_) => "stream".to_owned(),
            },
            unread: unread.get(&patient.reference).copied(),
            last: None,
        });
    let page = PatientPage {
        chats: chats.collect(),
        patient: facts::identity(&patient, &clock),
        frame,
    };
    show(StatusCode::OK, &page)
}

/// What the doctor has unread about these patients, mount by mount. A backend that does not answer
/// leaves its marks out: the list of patients is not its business.
async fn unread(
    shell: &Shell,
    doctor: &Doctor,
    references: &[PatientRef],
) -> Vec<(String, HashMap<PatientRef, u32>)> {
    let counts = shell.mounts.iter().map(async |mount| match &mount.chat {
        Mounted::Chat(chat) => {
            let counts = chat.rooms().unread_of_patients(doctor, references).await;
            let place = place(chat.capabilities().backend);
            (place, counts.unwrap_or_default().into_iter().collect())
        }
        Mounted::NotConfigured(_) => Default::default(),
    });
    join_all(counts).await
}

/// A backend's word as a name: `Legacy` of `legacy`.
pub(super) fn place(backend: &str) -> String {
    let mut letters = backend.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn row(
    patient: &Patient,
    unread: &[(String, HashMap<PatientRef, u32>)],
    clock: &LocalTime,
) -> PatientRow {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    PatientRow {
        id: patient.id.to_string(),
        href: facts::patient_address(patient),
        name: patient.name.clone(),
        age_sex: facts::age_and_sex(patient, clock),
        mrn: patient.mrn.clone(),
        bed: text(&patient.bed),
        ward: text(&patient.ward),
        unread: unread
            .iter()
            .filter_map(|(place, counts)| {
                let count = *counts.get(&patient.reference)?;
                let place = place.clone();
                (count > 0).then_some(UnreadMark { place, count })
            })
            .collect(),
    }
}
