use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef};
use futures_util::future::{join, join_all, join3};
use ports::usecase::PatientRooms;
use serde::Deserialize;

use super::{facts, frame, show};
use crate::{
    app::{MountContext, Mounted, Shell},
    chats::{BESIDE_THE_PAGE, with_timeout},
    extract::{FormBody, Ids, Params},
    failure::Failure,
    identity::CurrentDoctor,
    pages::{Frame, LocalTime, OpenChat, PatientPage, PatientRow, PatientsPage, UnreadMark},
    patients_unread::{self, PatientsUnread},
    sought::sought,
};

/// Patients in the list at once.
const SHOWN: u32 = 100;

/// Query of the patients' page: the words to search for.
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
    let references: Vec<PatientRef> = patients
        .iter()
        .flat_map(Patient::references)
        .cloned()
        .collect();
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
    if patient.id != id {
        // A former record of theirs. A merge can be taken back, so nobody may keep this for good.
        return Ok(Redirect::temporary(&facts::patient_address(&patient)).into_response());
    }
    let clock = frame::clock(&shell);
    let all: Vec<PatientRef> = patient.references().cloned().collect();
    let (frame, unread, rooms) = join3(
        frame::of_patients(&shell, &doctor),
        patients_unread::of(&shell, &doctor, &all),
        rooms(&shell, &doctor, &patient),
    )
    .await;
    let frame = frame?;
    let mut missing = missing(&frame, &unread);
    let mut chats = Vec::new();
    let mut earlier = Vec::new();
    for (mount, rooms) in shell.mounts.iter().zip(rooms) {
        let open = |id: &PatientId, label: String, reference: &PatientRef| OpenChat {
            action: format!("{}/patients/{id}", mount.prefix),
            label,
            backend: match &mount.chat {
                Mounted::Chat(chat) => chat.capabilities().backend.to_owned(),
                Mounted::NotConfigured(_) => "stream".to_owned(),
            },
            reference: reference.to_string(),
            unread: unread.on(mount, reference),
            last: None,
        };
        let label = mount.button.clone();
        chats.push(match &rooms {
            Ok(Some(rooms)) => open(&patient.id, label, rooms.current()),
            _ => open(&patient.id, label, &patient.reference),
        });
        if rooms.is_err() && !missing.contains(&mount.label) {
            missing.push(mount.label.clone());
        }
        let rooms = rooms.ok().flatten();
        for record in rooms.iter().flat_map(PatientRooms::earlier) {
            let label = format!("{}, {}", record.mrn, mount.button);
            earlier.push(open(&record.id, label, &record.reference));
        }
    }
    let page = PatientPage {
        missing,
        chats,
        earlier,
        patient: facts::identity(&patient, &clock),
        references: references(&patient),
        frame,
    };
    show(StatusCode::OK, &page)
}

/// The rooms of a patient with several records, mount by mount. Without former records there is no need to ask.
async fn rooms(
    shell: &Shell,
    doctor: &Doctor,
    patient: &Patient,
) -> Vec<Result<Option<PatientRooms>, Failure>> {
    let of_mount = shell.mounts.iter().map(async |mount| match &mount.chat {
        Mounted::Chat(chat) if !patient.former.is_empty() => {
            let at = MountContext {
                shell: shell.clone(),
                mount: mount.clone(),
                chat: chat.clone(),
            };
            let rooms = async { Ok(PatientRooms::of(chat, doctor, patient).await?) };
            with_timeout(&at, BESIDE_THE_PAGE, rooms).await.map(Some)
        }
        _ => Ok(None),
    });
    join_all(of_mount).await
}

fn references(patient: &Patient) -> String {
    let references = patient.references().map(PatientRef::as_str);
    references.collect::<Vec<&str>>().join(" ")
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
        references: references(patient),
        href: facts::patient_address(patient),
        name: patient.name.clone(),
        age_sex: facts::age_and_sex(patient, clock),
        mrn: patient.mrn.clone(),
        former: patient.former_in_words(),
        bed: text(&patient.bed),
        ward: text(&patient.ward),
        unread: unread
            .marks(patient)
            .map(|(at, count)| UnreadMark {
                place: place(at.chat.capabilities().backend),
                count,
            })
            .collect(),
    }
}
