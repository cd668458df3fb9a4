use std::collections::HashMap;

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Availability, Doctor, PageSize, Presence, StaffId, StaffMember};
use ports::{DoctorFilter, DoctorPage};
use serde::Deserialize;

use super::{frame, show};
use crate::{
    app::{Mounted, Shell},
    availability,
    chats::{BESIDE_THE_PAGE, with_timeout},
    extract::Params,
    failure::Failure,
    identity::CurrentDoctor,
    pages::{
        AvailabilityView, DirectDoor, DirectoryPage, DirectoryRow, Frame, LocalTime, PersonLabel,
    },
    sought::sought,
};

/// The address of the directory.
const PAGE: &str = "/doctor/people";

/// Doctors in the list at once.
const SHOWN: u32 = 100;

/// Query of the directory: the doctors to look for.
#[derive(Deserialize)]
pub(crate) struct PeopleQuery {
    /// Part of a name, specialty or ward.
    q: Option<String>,
    /// Only on this ward.
    ward: Option<String>,
    /// Only of this specialty.
    specialty: Option<String>,
    /// The last doctor of the page before.
    after: Option<String>,
}

/// `GET /doctor/people?q=&ward=&specialty=&after=`.
pub(crate) async fn list(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(query): Params<PeopleQuery>,
) -> Result<Response, Failure> {
    let asked = [query.q, query.ward, query.specialty]
        .map(|field| sought(field.as_deref().unwrap_or_default()));
    let frame = frame(&shell, &doctor).await?;
    let [Some(text), Some(ward), Some(specialty)] = asked else {
        let error = Some("A search is at most 100 characters.".to_owned());
        let page = DirectoryPage {
            frame,
            error,
            ..DirectoryPage::default()
        };
        return show(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let size = PageSize::new(SHOWN).unwrap_or_default();
    let filter = DoctorFilter {
        text,
        ward,
        specialty,
    };
    let after = query.after.filter(|after| !after.is_empty());
    let after = after.map(StaffId::parse).transpose();
    let after = after.map_err(|error| Failure::invalid_field("after", error.to_string()))?;
    let is_first = after.is_none();
    let found = shell.staff.doctors(&filter, after, size).await?;
    let places = shell.staff.places().await?;
    let DoctorPage {
        doctors: found,
        next,
    } = found;
    let ids: Vec<StaffId> = found.iter().map(|member| member.id.clone()).collect();
    let presence = presence(&shell, &doctor, &ids).await;
    let missing = presence.as_ref().err().cloned();
    let presence = presence.unwrap_or_default();
    let said = availability::of(&shell, &doctor, &ids).await?;
    let clock = frame::clock(&shell);
    let page = DirectoryPage {
        rows: found
            .iter()
            .map(|member| {
                let (presence, said) = (presence.get(&member.id), said.get(&member.id));
                row(member, &doctor, presence, said, &clock)
            })
            .collect(),
        wards: sorted(places.wards),
        specialties: sorted(places.specialties),
        doors: doors(&shell),
        more: next.map(|next| address(&filter, Some(&next))),
        back: (!is_first).then(|| address(&filter, None)),
        query: filter.text,
        ward: filter.ward,
        specialty: filter.specialty,
        missing,
        frame,
        error: None,
    };
    show(StatusCode::OK, &page)
}

async fn frame(shell: &Shell, doctor: &Doctor) -> Result<Frame, Failure> {
    let mut frame = frame::of_patients(shell, doctor).await?;
    if let Some(sidebar) = &mut frame.sidebar {
        sidebar.patients_current = false;
        sidebar.people_current = true;
    }
    Ok(frame)
}

/// Presence of all of these doctors at once, as the first mount knows it; its label where it does not
/// answer.
async fn presence(
    shell: &Shell,
    doctor: &Doctor,
    ids: &[StaffId],
) -> Result<HashMap<StaffId, Presence>, String> {
    let Some(at) = frame::first_chat(shell) else {
        return Ok(HashMap::new());
    };
    let presence = async { Ok(at.chat.live().presence(doctor, ids).await?) };
    let presence = with_timeout(&at, BESIDE_THE_PAGE, presence).await;
    let presence = presence.map_err(|_| at.mount.label.clone())?;
    let by_id = presence.into_iter().map(|it| (it.doctor.clone(), it));
    Ok(by_id.collect())
}

fn row(
    member: &StaffMember,
    me: &Doctor,
    presence: Option<&Presence>,
    said: Option<&Availability>,
    clock: &LocalTime,
) -> DirectoryRow {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let is_me = member.id == *me.id();
    DirectoryRow {
        person: PersonLabel::new(
            member.id.as_str(),
            &member.name,
            &text(&member.specialty),
            &text(&member.grade),
        ),
        ward: text(&member.ward),
        // Whoever reads the page is there.
        online: is_me || presence.is_some_and(|presence| presence.online),
        last_seen: presence
            .and_then(|presence| presence.last_seen)
            .map(|at| clock.label(at)),
        availability: said.map(|said| AvailabilityView::new(said, clock)),
        me: is_me,
    }
}

/// The page of what fits, from the beginning or after a doctor.
fn address(filter: &DoctorFilter, after: Option<&StaffId>) -> String {
    let fields = [
        ("q", filter.text.as_str()),
        ("ward", &filter.ward),
        ("specialty", &filter.specialty),
        ("after", after.map_or("", StaffId::as_str)),
    ];
    let asked: Vec<_> = fields.iter().filter(|(_, word)| !word.is_empty()).collect();
    let asked = serde_urlencoded::to_string(asked).unwrap_or_default();
    if asked.is_empty() {
        return PAGE.to_owned();
    }
    format!("{PAGE}?{asked}")
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words
}

/// Mounts on which a conversation can be opened.
fn doors(shell: &Shell) -> Vec<DirectDoor> {
    let mounts = shell.mounts.iter();
    mounts
        .filter(|mount| matches!(mount.chat, Mounted::Chat(_)))
        .map(|mount| DirectDoor {
            action: format!("{}/rooms", mount.prefix),
            label: mount.button.clone(),
        })
        .collect()
}
